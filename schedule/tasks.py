"""Telling open pages of a change: once, even where the broker was away when it was made."""

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from conference.live.publish import publish
from schedule import queries, services, wording
from schedule.models import ChangeLog

log = logging.getLogger(__name__)


@shared_task(name="schedule.publish_change")
def publish_change(pk: int) -> bool:
    """Publish one change unless that has been done or is being done; return whether this call did."""
    with transaction.atomic():
        waiting = queries.unpublished().select_for_update(skip_locked=True, of=("self",))
        change = waiting.filter(pk=pk).first()
        if change is None:
            return False
        if not publish(f"edition:{change.session.edition.slug}", frame(change)):
            return False
        services.mark_published(change=change)
    return True


@shared_task(name="schedule.sweep_changes")
def sweep_changes() -> int:
    """Publish every change that is outstanding; return how many. Stops at the first that fails, to keep their order."""
    waiting = list(queries.unpublished().values_list("pk", flat=True))
    for done, pk in enumerate(waiting):
        if not publish_change(pk) and queries.unpublished().filter(pk=pk).exists():
            log.warning("%s changes of the schedule wait: nobody can be told at present.", len(waiting) - done)
            return done
    return len(waiting)


def frame(change: ChangeLog) -> dict[str, object]:
    """Return what every open page gets, the same for all; `url` is the change in the reader's own zone and words."""
    session = change.session
    with timezone.override(session.edition.tz):
        text = wording.describe(change)
    return {
        "kind": "schedule",
        "session": session.key,
        "sequence": change.sequence,
        "what": change.what,
        "title": session.title,
        "before": change.before,
        "after": change.after,
        "text": f"{text} ({session.edition.zone})",
        "url": f"{session.get_absolute_url()}changes/{change.sequence}/",
    }
