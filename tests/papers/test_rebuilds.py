import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from conference.common import jobs
from papers import queries, recommend, services, tasks
from papers.models import Rebuild, SimilarPaper
from papers.services import similar
from tests.factories import EditionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def fish(make_paper):
    return [
        make_paper("Salmon migration in rivers", keywords=["salmon"]),
        make_paper("Hatchery salmon migration", abstract="Salmon in rivers"),
        make_paper("Baking bread with sourdough"),
    ]


@pytest.fixture
def queued(monkeypatch):
    sent = []
    monkeypatch.setattr(jobs.current_app, "send_task", lambda name, args, **_options: sent.append((name, *args)))
    return sent


def due(edition, **values):
    return Rebuild.objects.create(edition=edition, due_at=timezone.now(), **values)


def test_changes_move_one_waiting_row_forward_but_two_minutes_at_most(edition):
    services.request_rebuild(edition=edition)
    first = edition.rebuilds.get()
    assert dt.timedelta(seconds=15) < first.due_at - timezone.now() <= similar.QUIET
    asked_at = timezone.now() - dt.timedelta(seconds=110)
    Rebuild.objects.update(requested_at=asked_at)
    services.request_rebuild(edition=edition)
    assert edition.rebuilds.get().due_at == asked_at + similar.PATIENCE


def test_similar_papers_are_stored_with_their_reasons(fish, edition):
    rebuild = services.rebuild_now(edition=edition)
    assert (rebuild.state, rebuild.progress, rebuild.papers) == ("done", 100, 3)
    [near] = queries.similar_to(fish[0])
    assert near.other == fish[1]
    assert near.rank == 1
    assert any("salmon" in term for term in near.shared)


def test_a_rebuild_replaces_what_was_there(fish, edition):
    services.rebuild_now(edition=edition)
    before = list(SimilarPaper.objects.values_list("paper", "other", "rank"))
    services.rebuild_now(edition=edition)
    assert list(SimilarPaper.objects.values_list("paper", "other", "rank")) == before


def test_the_sweep_begins_what_is_due_and_not_what_waits(edition, queued):
    later = EditionFactory()
    services.request_rebuild(edition=later)
    row = due(edition)
    tasks.sweep_rebuilds()
    assert queued == [("papers.rebuild", row.pk)]


def test_the_sweep_begins_again_what_has_died(edition, queued, fish):
    edition.rebuilds.all().delete()
    silent_since = timezone.now() - queries.SILENCE - dt.timedelta(seconds=1)
    row = due(edition, state=Rebuild.State.RUNNING, alive_at=silent_since, attempts=1)
    tasks.sweep_rebuilds()
    assert queued == [("papers.rebuild", row.pk)]
    tasks.rebuild(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("done", 2)


def test_a_run_that_dies_each_time_is_given_up_and_says_so(edition):
    silent_since = timezone.now() - queries.SILENCE - dt.timedelta(seconds=1)
    row = due(edition, state=Rebuild.State.RUNNING, alive_at=silent_since, attempts=queries.ATTEMPTS)
    tasks.rebuild(row.pk)
    row.refresh_from_db()
    assert row.state == "failed"
    assert "died" in row.error


def test_a_run_that_lives_is_left_alone(edition):
    row = due(edition, state=Rebuild.State.RUNNING, alive_at=timezone.now())
    waiting = due(edition)
    assert services.run_rebuild(pk=row.pk) is None
    assert services.run_rebuild(pk=waiting.pk) is None
    assert queries.due_rebuilds() == [waiting.pk]


def test_a_task_delivered_twice_computes_once(fish, edition):
    rebuild = services.rebuild_now(edition=edition)
    assert services.run_rebuild(pk=rebuild.pk) is None


def test_a_failure_is_recorded_and_the_next_request_starts_afresh(fish, edition, monkeypatch):
    def fail(*_arguments, **_options):
        raise MemoryError("too large")

    monkeypatch.setattr(recommend, "similar", fail)
    with pytest.raises(MemoryError):
        services.rebuild_now(edition=edition)
    assert edition.rebuilds.get().error == "MemoryError: too large"
    monkeypatch.undo()
    assert services.rebuild_now(edition=edition).state == "done"


def test_a_paper_deleted_during_the_run_is_left_out(fish, edition, monkeypatch):
    compute = recommend.similar

    def delete_then_compute(documents, progress):
        services.delete_paper(paper=fish[1])
        return compute(documents, progress=progress)

    monkeypatch.setattr(recommend, "similar", delete_then_compute)
    assert services.rebuild_now(edition=edition).state == "done"
    assert not SimilarPaper.objects.exists()


def test_compute_now_makes_the_waiting_row_due(fish, edition, queued, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = services.request_rebuild_now(edition=edition)
    assert queued == [("papers.rebuild", row.pk)]
    assert queries.due_rebuilds() == [row.pk]
    assert edition.rebuilds.count() == 1


def test_the_command_says_what_it_did(fish, edition, capsys):
    call_command("recommend", edition=edition.slug)
    assert "3 papers compared" in capsys.readouterr().out
    due(edition, state=Rebuild.State.RUNNING, alive_at=timezone.now())
    call_command("recommend", edition=edition.slug)
    assert "Another run" in capsys.readouterr().out
    with pytest.raises(CommandError, match="There are: 2031"):
        call_command("recommend", edition="1999")
