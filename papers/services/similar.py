"""The computation of similar papers: asked for, run once, recorded."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models.functions import Least
from django.utils import timezone

from conference.common.jobs import enqueue_on_commit
from conference.editions.models import Edition
from papers import queries
from papers.models import Paper, Rebuild, SimilarPaper

if TYPE_CHECKING:
    from papers import recommend

QUIET = dt.timedelta(seconds=20)  # a rebuild waits until nothing has changed for so long …
PATIENCE = dt.timedelta(minutes=2)  # … but no longer than this


@transaction.atomic
def request_rebuild(*, edition: Edition) -> None:
    """Have the similar papers computed once the edition has been quiet for a while, but within two minutes."""
    due = timezone.now() + QUIET
    waiting = Rebuild.objects.filter(edition=edition, state=Rebuild.State.WAITING)
    if not waiting.update(due_at=Least(due, models.F("requested_at") + PATIENCE)):
        Rebuild.objects.bulk_create([Rebuild(edition=edition, due_at=due)], ignore_conflicts=True)


@transaction.atomic
def request_rebuild_now(*, edition: Edition) -> Rebuild:
    """Have the similar papers computed at once; return the row that tells how it goes."""
    now = timezone.now()
    if not Rebuild.objects.filter(edition=edition, state=Rebuild.State.WAITING).update(due_at=now):
        Rebuild.objects.bulk_create([Rebuild(edition=edition, due_at=now)], ignore_conflicts=True)
    rebuild = Rebuild.objects.get(edition=edition, state=Rebuild.State.WAITING)
    enqueue_on_commit("papers.rebuild", rebuild.pk)
    return rebuild


def rebuild_now(*, edition: Edition) -> Rebuild:
    """Compute the similar papers here and now; returns the finished row. Raises what the computation raises."""
    with transaction.atomic():
        rebuild = Rebuild.objects.filter(edition=edition, state=Rebuild.State.WAITING).first()
        rebuild = rebuild or Rebuild.objects.create(edition=edition, due_at=timezone.now())
        Rebuild.objects.filter(pk=rebuild.pk).update(due_at=timezone.now())
    return run_rebuild(pk=rebuild.pk) or rebuild


def run_rebuild(*, pk: int) -> Rebuild | None:
    """Run the computation `pk`, if it is due and nobody else is at it; returns its row, else None.

    A failure is recorded in the row, then raised again for the log.
    """
    rebuild = _claim(pk)
    if rebuild is None:
        return None
    try:
        count = _rebuild(rebuild)
    except Exception as failure:
        _finish(rebuild, Rebuild.State.FAILED, error=f"{type(failure).__name__}: {failure}"[:500])
        raise
    _finish(rebuild, Rebuild.State.DONE, papers=count, progress=100)
    return rebuild


@transaction.atomic
def _claim(pk: int) -> Rebuild | None:
    """Take the row, when it is due or when the run that had it has died. One run an edition at a time."""
    now = timezone.now()
    rebuild = Rebuild.objects.select_for_update(skip_locked=True).filter(queries.is_due(now), pk=pk).first()
    if rebuild is None:
        return None
    running = Rebuild.objects.filter(edition_id=rebuild.edition_id, state=Rebuild.State.RUNNING)
    if running.exclude(pk=pk).exists():
        return None
    if rebuild.attempts >= queries.ATTEMPTS:
        _finish(rebuild, Rebuild.State.FAILED, error="The run died each time. Is there enough memory?")
        return None
    rebuild.state, rebuild.attempts = Rebuild.State.RUNNING, rebuild.attempts + 1
    rebuild.started_at = rebuild.alive_at = now
    rebuild.progress = 0
    rebuild.save()
    return rebuild


def _rebuild(rebuild: Rebuild) -> int:
    """Compute and store; returns the number of papers."""
    # scikit-learn is half of a process's start and memory, and only the batch worker needs it.
    from papers import recommend  # noqa: PLC0415

    papers = queries.for_recommendation(rebuild.edition_id)
    documents = [recommend.Document(paper.title, paper.abstract, paper.keyword_names) for paper in papers]

    def tell(percent: int) -> None:
        Rebuild.objects.filter(pk=rebuild.pk).update(progress=percent * 9 // 10, alive_at=timezone.now())

    found = recommend.similar(documents, progress=tell)
    _store([paper.pk for paper in papers], found, edition_id=rebuild.edition_id)
    return len(papers)


@transaction.atomic
def _store(pks: list[int], found: list[list[recommend.Neighbour]], *, edition_id: int) -> None:
    """Replace the edition's similar papers; papers that were deleted meanwhile are left out."""
    there = set(Paper.objects.select_for_update(no_key=True).filter(edition_id=edition_id).values_list("pk", flat=True))
    SimilarPaper.objects.filter(paper__edition_id=edition_id).delete()
    SimilarPaper.objects.bulk_create(
        (
            SimilarPaper(paper_id=pk, other_id=pks[near.index], rank=rank, score=near.score, shared=near.shared)
            for pk, neighbours in zip(pks, found, strict=True)
            for rank, near in enumerate(neighbours, start=1)
            if pk in there and pks[near.index] in there
        ),
        batch_size=5_000,
    )


def _finish(rebuild: Rebuild, state: str, **values: object) -> None:
    rebuild.state, rebuild.finished_at = state, timezone.now()
    for name, value in values.items():
        setattr(rebuild, name, value)
    rebuild.save()
