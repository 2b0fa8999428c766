import datetime as dt
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from schedule import services
from schedule.models import ChangeLog, Session
from schedule.services import SlotLine
from tests.factories import EditionFactory, PaperFactory, SessionFactory, SlotFactory, UserFactory

pytestmark = pytest.mark.django_db

NINE = dt.datetime(2031, 5, 5, 9, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def session():
    return SessionFactory(title="Poster session 3", starts_at=NINE, ends_at=NINE + HOUR)


def what(session):
    return sorted(session.changes.values_list("what", flat=True))


def test_a_session_is_made_with_its_parent_and_is_no_change():
    edition = EditionFactory()
    parent = services.create_session(edition=edition, values={"title": "Workshop", "kind": "workshop"})
    part = services.create_session(
        edition=edition, values={"title": "Opening", "parent": parent, "starts_at": NINE, "ends_at": NINE + HOUR}
    )
    assert part.parent == parent
    assert not ChangeLog.objects.exists()


def test_a_session_with_a_value_that_does_not_fit_is_refused():
    with pytest.raises(ValidationError):
        services.create_session(edition=EditionFactory(), values={"title": "", "kind": "party"})
    assert not Session.objects.exists()


def test_a_session_that_ends_before_it_starts_is_refused_by_the_database():
    with pytest.raises(IntegrityError):
        services.create_session(
            edition=EditionFactory(), values={"title": "A", "starts_at": NINE, "ends_at": NINE - HOUR}
        )


def test_fields_that_are_not_for_callers_are_refused(session):
    with pytest.raises(ValueError, match="sequence"):
        services.change_session(session=session, values={"sequence": 9})


def test_moving_a_session_says_when_it_was_and_who_moved_it(session):
    chair = UserFactory()
    services.change_session(
        session=session, values={"starts_at": NINE + HOUR, "ends_at": NINE + 2 * HOUR}, actor=chair, why="A clash"
    )
    change = session.changes.get()
    assert (change.what, change.who, change.why) == ("moved", chair, "A clash")
    assert change.before == {"starts_at": "2031-05-05T09:00:00+00:00", "ends_at": "2031-05-05T10:00:00+00:00"}
    assert change.after["starts_at"] == "2031-05-05T10:00:00+00:00"
    assert change.published_at is None
    assert session.sequence == change.sequence == 1


def test_each_kind_of_change_is_a_row_of_its_own_with_the_same_sequence(session):
    services.change_session(session=session, values={"title": "Posters", "place": "Hall 2", "is_cancelled": True})
    assert what(session) == ["cancelled", "place", "retitled"]
    assert set(session.changes.values_list("sequence", flat=True)) == {1}


def test_a_cancelled_session_is_restored(session):
    services.change_session(session=session, values={"is_cancelled": True})
    services.change_session(session=session, values={"is_cancelled": False})
    assert what(session) == ["cancelled", "restored"]
    assert session.sequence == 2


def test_equal_values_change_nothing(session, django_assert_max_num_queries):
    assert services.change_session(session=session, values={"title": session.title, "starts_at": NINE}) == []
    session.refresh_from_db()
    assert session.sequence == 0


def test_what_readers_need_not_be_told_grows_the_sequence_but_is_no_change_in_the_log(session):
    assert services.change_session(session=session, values={"description": "More"}) == []
    session.refresh_from_db()
    assert (session.sequence, session.description) == (1, "More")


def test_a_session_in_hand_that_is_out_of_date_overwrites_nothing(session):
    stale = Session.objects.get(pk=session.pk)
    services.change_session(session=session, values={"title": "New title"})
    services.change_session(session=stale, values={"place": "Hall 2"})
    session.refresh_from_db()
    assert (session.title, session.place, session.sequence) == ("New title", "Hall 2", 2)


def test_papers_with_times_of_their_own_move_along(session):
    own = SlotFactory(session=session, starts_at=NINE + HOUR / 2, ends_at=NINE + HOUR)
    with_session = SlotFactory(session=session)
    services.change_session(session=session, values={"starts_at": NINE + HOUR, "ends_at": NINE + 2 * HOUR})
    own.refresh_from_db()
    with_session.refresh_from_db()
    assert own.starts_at == NINE + 1.5 * HOUR
    assert own.ends_at == NINE + 2 * HOUR
    assert with_session.starts_at is None


def test_each_change_is_handed_to_the_worker_after_commit(session, django_capture_on_commit_callbacks):
    with mock.patch("conference.common.jobs.enqueue") as enqueue, django_capture_on_commit_callbacks(execute=True):
        services.change_session(session=session, values={"title": "Posters"})
        assert not enqueue.called
    enqueue.assert_called_once_with("schedule.publish_change", session.changes.get().pk)


def test_speakers_keep_the_order_given(session):
    ada, bob = (services.save_speaker(edition=session.edition, values={"name": name}) for name in ["Ada", "Bob"])
    assert services.set_speakers(session=session, speakers=[bob, ada, bob])
    assert [place.speaker for place in session.speaking.all()] == [bob, ada]
    assert not services.set_speakers(session=session, speakers=[bob, ada])


def test_slots_that_stay_keep_their_row(session):
    papers = [PaperFactory(edition=session.edition) for _ in range(3)]
    assert services.set_slots(session=session, lines=[SlotLine(papers[0]), SlotLine(papers[1], position=1)]) == 2
    kept = session.slots.get(paper=papers[1]).pk
    assert services.set_slots(session=session, lines=[SlotLine(papers[1], position=5), SlotLine(papers[2])]) == 3
    assert session.slots.get(pk=kept).position == 5
    assert set(session.papers.all()) == {papers[1], papers[2]}
    assert services.set_slots(session=session, lines=[SlotLine(papers[1], position=5), SlotLine(papers[2])]) == 0


def test_a_paper_of_another_edition_is_refused(session):
    with pytest.raises(ValueError, match="another edition"):
        services.set_slots(session=session, lines=[SlotLine(PaperFactory())])


def test_a_paper_twice_in_a_session_is_refused(session):
    paper = PaperFactory(edition=session.edition)
    with pytest.raises(ValueError, match="twice"):
        services.set_slots(session=session, lines=[SlotLine(paper), SlotLine(paper, position=1)])
