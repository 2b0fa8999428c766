import datetime as dt
import hashlib
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db import transaction
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import gettext as _

from conference.accounts.models import User
from conference.audit.services import record
from conference.common.jobs import enqueue_on_commit
from conference.common.refused import Refused
from conference.mail import queries
from conference.mail.models import Delivery

ATTEMPTS = 7  # the last one two hours after the first


@transaction.atomic
def queue_mail(
    *,
    template: str,
    recipient: str,
    context: dict[str, object],
    once: str,
    user: User | None = None,
    due_at: dt.datetime | None = None,
    has_secret: bool = False,
) -> Delivery:
    """Write one mail into the outbox and return it; a repeated `once` returns the mail that is there.

    Renders `templates/mail/<template>.subject.txt` and `.body.txt` now, as plain text, with `site` (the address of the
    portal) beside `context`. With `due_at` it waits for the first sweep after that moment (30 s): for
    what is sent later, and for thousands written together. `has_secret` removes the text once it is sent.
    Raises `ValidationError` where `recipient` is no address.
    """
    if earlier := Delivery.objects.filter(once=once).first():
        return earlier
    validate_email(recipient)  # refuses line breaks too: an address goes into a header
    delivery = Delivery.objects.create(
        once=once,
        template=template,
        recipient=recipient,
        user=user,
        subject=" ".join(_render(f"mail/{template}.subject.txt", context).split())[:250],
        text=_render(f"mail/{template}.body.txt", context).strip() + "\n",
        has_secret=has_secret,
        due_at=due_at or timezone.now(),
    )
    if due_at is None:
        enqueue_on_commit("mail.send", delivery.pk)
    return delivery


@transaction.atomic
def deliver(*, pk: int, connection: BaseEmailBackend | None = None) -> bool:
    """Send one mail that is due; return whether it was sent now.

    The row's lock is held while the mail server answers: nobody else sends it meanwhile, and it is free again at once if
    this process dies. A mail that the server took just before such a death goes out a second time, with the same
    Message-ID. A refusal is tried again later, each time after twice as long.
    """
    delivery = queries.lock_due(pk)
    if delivery is None:
        return False
    delivery.attempts += 1
    try:
        _as_message(delivery, connection).send()
    except (OSError, ValueError) as problem:  # every SMTP error is an OSError; ValueError: a header is wrong
        _note_failure(delivery, problem)
        return False
    delivery.state, delivery.sent_at, delivery.error = Delivery.State.SENT, timezone.now(), ""
    if delivery.has_secret:
        delivery.text = ""
    delivery.save()
    return True


@transaction.atomic
def send_again(*, delivery: Delivery, actor: User) -> None:
    """Put a mail back into the queue. Raises `Refused` where its text is gone because it held a secret."""
    if not delivery.text:
        raise Refused("text_removed", _("This mail held a secret and its text was removed. Make a new one instead."))
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.QUEUED, attempts=0, due_at=timezone.now(), sent_at=None, error=""
    )
    enqueue_on_commit("mail.send", delivery.pk)
    record(actor=actor, action="mail.send_again", target=delivery)


def _render(name: str, context: dict[str, object]) -> str:
    """Render a template of plain text: nothing is escaped for HTML."""
    values = {"site": settings.SITE_URL, **context}
    template: Any = get_template(name)  # its stub knows no Django template inside
    return template.template.render(Context(values, autoescape=False))


def _as_message(delivery: Delivery, connection: BaseEmailBackend | None) -> EmailMessage:
    # The same for every attempt, so that a mail server can tell a repetition.
    name = hashlib.sha256(f"{settings.SECRET_KEY}:{delivery.once}".encode()).hexdigest()[:32]
    headers = {"Message-ID": f"<{name}@{settings.SITE_HOST.partition(':')[0]}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(
        delivery.subject, delivery.text, to=[delivery.recipient], headers=headers, connection=connection
    )


def _note_failure(delivery: Delivery, problem: Exception) -> None:
    delivery.error = f"{type(problem).__name__}: {problem}"[:500]
    if delivery.attempts >= ATTEMPTS:
        delivery.state = Delivery.State.FAILED
    delivery.due_at = timezone.now() + dt.timedelta(minutes=2 ** (delivery.attempts - 1))
    delivery.save()
