"""A change reaches open pages once: also where Redis was away when it was made, and where two workers try."""

import datetime as dt
from unittest import mock

import pytest
from django.utils import timezone

from schedule import services, tasks, wording
from schedule.models import ChangeLog
from tests.factories import EditionFactory, SessionFactory

pytestmark = pytest.mark.django_db

NINE = dt.datetime(2031, 5, 5, 9, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def session():
    edition = EditionFactory(slug="2031", zone="Africa/Lagos")
    return SessionFactory(edition=edition, key="p3", title="Poster session 3", starts_at=NINE, ends_at=NINE + HOUR)


@pytest.fixture
def published():
    """What was published; `away` is True while Redis is away."""
    frames = []

    def publish(topic, payload):
        if not published.away:
            frames.append((topic, payload))
        return not published.away

    with mock.patch("schedule.services.publish", publish) as published:
        published.away = False
        published.frames = frames
        yield published


def move(session, hours=1):
    return services.change_session(
        session=session,
        values={"starts_at": session.starts_at + hours * HOUR, "ends_at": session.ends_at + hours * HOUR},
    )[0]


def test_a_change_is_published_once_however_often_it_is_tried(session, published):
    change = move(session)
    assert tasks.publish_change(change.pk) is True
    assert tasks.publish_change(change.pk) is False
    assert tasks.sweep_changes() == 0
    assert len(published.frames) == 1


def test_a_frame_names_the_session_what_changed_and_where_to_read_it(session, published):
    change = move(session)
    tasks.publish_change(change.pk)
    topic, frame = published.frames[0]
    assert topic == "edition:2031"
    assert frame["kind"] == "schedule"
    assert (frame["session"], frame["what"], frame["sequence"]) == ("p3", "moved", 1)
    assert frame["url"] == "/2031/schedule/p3/changes/1/"
    assert frame["text"] == "Poster session 3 moved: now Mon 11:00 (was 10:00) (Africa/Lagos)"
    assert frame["before"]["starts_at"] == "2031-05-05T09:00:00+00:00"


def test_the_sweep_publishes_what_could_not_be_told_before_in_its_order(session, published):
    published.away = True
    first, second = move(session), move(session)
    assert tasks.publish_change(first.pk) is False
    assert tasks.sweep_changes() == 0
    assert ChangeLog.objects.filter(published_at=None).count() == 2
    published.away = False
    assert tasks.sweep_changes() == 2
    assert [frame["sequence"] for _topic, frame in published.frames] == [first.sequence, second.sequence]
    assert tasks.sweep_changes() == 0


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (
            {"starts_at": NINE + 24 * HOUR, "ends_at": NINE + 25 * HOUR},
            "Poster session 3 moved: now Tue 09:00 (was Mon 09:00)",
        ),
        (
            {"starts_at": NINE + 168 * HOUR, "ends_at": NINE + 169 * HOUR},
            "Poster session 3 moved: now Mon 12 May 09:00 (was Mon 5 May 09:00)",
        ),
        ({"ends_at": NINE + 2 * HOUR}, "Poster session 3 ends at another time: Mon 11:00 (was 10:00)"),
        ({"starts_at": None, "ends_at": None}, "Poster session 3 has no time at present (was Mon 09:00)"),
        ({"title": "Posters"}, "“Poster session 3” is now called “Posters”"),
        ({"place": "Hall 2"}, "Poster session 3 has a new place: Hall 2 (was online)"),
        ({"is_cancelled": True}, "Poster session 3 is cancelled"),
    ],
)
def test_a_change_is_told_in_a_sentence(session, values, text):
    change = services.change_session(session=session, values=values)[0]
    with timezone.override("UTC"):
        assert wording.describe(change) == text


def test_a_session_that_gets_a_time_and_one_that_comes_back_are_told_too(session):
    services.change_session(session=session, values={"starts_at": None, "ends_at": None, "is_cancelled": True})
    back, placed = services.change_session(
        session=session, values={"starts_at": NINE, "ends_at": NINE + HOUR, "is_cancelled": False}
    )[::-1]
    with timezone.override("Asia/Kolkata"):
        assert wording.describe(placed) == "Poster session 3 has a time: Mon 14:30"
        assert wording.describe(back) == "Poster session 3 takes place after all"
