from django.utils import timezone

from conference.mail.models import Delivery


def due(limit: int) -> list[int]:
    """Return the primary keys of mails whose time has come, oldest first."""
    waiting = Delivery.objects.filter(state=Delivery.State.QUEUED, due_at__lte=timezone.now())
    return list(waiting.order_by("due_at").values_list("pk", flat=True)[:limit])


def lock_due(pk: int) -> Delivery | None:
    """Return the mail with its row locked, or None where it is not due or somebody else is sending it."""
    waiting = Delivery.objects.select_for_update(skip_locked=True)
    return waiting.filter(pk=pk, state=Delivery.State.QUEUED, due_at__lte=timezone.now()).first()
