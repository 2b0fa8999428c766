from celery import shared_task

from conference.common.jobs import enqueue
from papers import queries, services


@shared_task(name="papers.rebuild")
def rebuild(pk: int) -> None:
    """Compute the similar papers of an edition, if that is due."""
    services.run_rebuild(pk=pk)


@shared_task(name="papers.sweep_rebuilds")
def sweep_rebuilds() -> None:
    """Begin every computation that is due, and those again whose run has died."""
    for pk in queries.due_rebuilds():
        enqueue("papers.rebuild", pk)
