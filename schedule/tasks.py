"""Telling open pages of a change: once, even where the broker was away when it was made."""

import logging

from celery import shared_task

from schedule import queries, services

log = logging.getLogger(__name__)


@shared_task(name="schedule.publish_change")
def publish_change(pk: int) -> bool:
    """Publish one change unless that has been done or is being done; return whether this call did."""
    return services.publish_change(pk=pk)


@shared_task(name="schedule.sweep_changes")
def sweep_changes() -> int:
    """Publish every change that is outstanding; return how many. Stops at the first that fails, to keep their order."""
    waiting = list(queries.unpublished().values_list("pk", flat=True))
    for done, pk in enumerate(waiting):
        if not publish_change(pk) and queries.unpublished().filter(pk=pk).exists():
            log.warning("%s changes of the schedule wait: nobody can be told at present.", len(waiting) - done)
            return done
    return len(waiting)
