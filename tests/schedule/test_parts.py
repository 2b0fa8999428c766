"""What the schedule puts on the pages of papers and of the edition."""

import datetime as dt

import pytest
from django.utils import timezone

from papers.models import Paper
from schedule import parts, queries
from tests.factories import EditionFactory, PaperFactory, SessionFactory, SlotFactory

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
NINE = dt.datetime(2031, 5, 5, 9, tzinfo=dt.UTC)


def test_a_paper_without_slots_shows_nothing(rf):
    assert parts.paper_slots(PaperFactory(), rf.get("/")) is None


def test_the_slots_of_a_paper_come_in_order_of_their_own_times(rf):
    paper = PaperFactory()
    edition = paper.edition
    late = SlotFactory(paper=paper, session=SessionFactory(edition=edition, starts_at=NINE + 5 * HOUR))
    unplaced = SlotFactory(paper=paper, session=SessionFactory(edition=edition, starts_at=None))
    own = SlotFactory(
        paper=paper,
        session=SessionFactory(edition=edition, starts_at=NINE),
        starts_at=NINE + 6 * HOUR,
        ends_at=NINE + 7 * HOUR,
    )
    _template, context = parts.paper_slots(paper, rf.get("/"))
    assert context["slots"] == [late, own, unplaced]


def test_home_shows_what_is_on_now_and_what_is_next(rf):
    edition = EditionFactory()
    now = timezone.now()
    made = {
        name: SessionFactory(
            edition=edition, title=name, starts_at=now + start * HOUR, ends_at=now + (start + 1) * HOUR
        )
        for name, start in {"over": -2, "now": -0.5, "next": 1, "later": 5}.items()
    }
    SessionFactory(edition=edition, starts_at=now - HOUR / 2, ends_at=now + HOUR, is_cancelled=True)
    _template, context = parts.now_and_next(rf.get("/"), edition)
    assert context["present"].running == [made["now"]]
    assert context["present"].coming == [made["next"], made["later"]]


def test_home_shows_nothing_when_all_is_over(rf):
    session = SessionFactory(starts_at=NINE.replace(year=2020), ends_at=NINE.replace(year=2020) + HOUR)
    assert parts.now_and_next(rf.get("/"), session.edition) is None


def test_papers_are_narrowed_to_a_session():
    slot = SlotFactory()
    edition = slot.session.edition
    PaperFactory(edition=edition)
    empty = SessionFactory(edition=edition)
    papers = Paper.objects.filter(edition=edition)
    assert list(queries.papers_in_session(papers, slot.session.key)) == [slot.paper]
    assert list(queries.papers_in_session(papers, empty.key)) == []
    assert list(queries.papers_in_session(papers, "nothing")) == []
    assert queries.choices_of_sessions(edition) == [(slot.session.key, slot.session.title)]


def test_the_pages_of_papers_and_of_the_edition_show_the_schedules_parts(reader, edition):
    now = timezone.now()
    session = SessionFactory(edition=edition, key="s1", title="Posters", starts_at=now - HOUR, ends_at=now + HOUR)
    SlotFactory(session=session, paper__edition=edition, paper__key="p1", paper__title="On maps")
    PaperFactory(edition=edition, title="On numbers")
    assert 'data-session="s1"' in reader.get("/2031/papers/p1/").content.decode()
    assert "Posters" in reader.get("/2031/").content.decode()
    narrowed = reader.get("/2031/papers/?session=s1").content.decode()
    assert "On maps" in narrowed
    assert "On numbers" not in narrowed
