"""The pages, in the reader's zone: dates, clock changes, the present, and a bounded number of queries."""

import datetime as dt
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from schedule import queries, services
from schedule.services import SlotLine
from tests.factories import EditionFactory, PaperFactory, SessionFactory, SlotFactory

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def utc(text):
    return dt.datetime.fromisoformat(f"{text}+00:00")


def session(edition, title, start, hours=1, **values):
    return SessionFactory(
        edition=edition, title=title, starts_at=utc(start), ends_at=utc(start) + hours * HOUR, **values
    )


def text_of(response):
    return " ".join(unescape(strip_tags(response.content.decode())).split())


def rows_of(board):
    """{date: [(hour, title)]} of a page, in the zone that was active."""
    zone = ZoneInfo(board["zone_name"])
    return {
        f"{day.date}": [(f"{row.session.starts_at.astimezone(zone):%H:%M}", row.session.title) for row in day.rows]
        for day in board["board"].days
    }


@pytest.mark.parametrize(
    ("zone", "starts", "dates"),
    [
        # Sydney leaves summer time at 03:00 on 2026-04-05 (16:00 UTC the day before): an hour comes twice.
        (
            "Australia/Sydney",
            ["2026-04-04T12:30", "2026-04-04T15:30", "2026-04-04T16:30", "2026-04-05T13:30", "2026-04-05T14:30"],
            {
                "2026-04-04": ["23:30"],
                "2026-04-05": ["02:30", "02:30", "23:30"],
                "2026-04-06": ["00:30"],
            },
        ),
        # Sydney enters it at 02:00 on 2026-10-04: the day has 23 hours.
        (
            "Australia/Sydney",
            [
                "2026-10-03T13:30",
                "2026-10-03T14:30",
                "2026-10-03T15:30",
                "2026-10-03T16:30",
                "2026-10-04T12:30",
                "2026-10-04T13:30",
            ],
            {
                "2026-10-03": ["23:30"],
                "2026-10-04": ["00:30", "01:30", "03:30", "23:30"],
                "2026-10-05": ["00:30"],
            },
        ),
        # Europe enters it at 01:00 UTC on 2026-03-29.
        (
            "Europe/Berlin",
            [
                "2026-03-28T22:30",
                "2026-03-28T23:30",
                "2026-03-29T00:30",
                "2026-03-29T01:30",
                "2026-03-29T21:30",
                "2026-03-29T22:30",
            ],
            {
                "2026-03-28": ["23:30"],
                "2026-03-29": ["00:30", "01:30", "03:30", "23:30"],
                "2026-03-30": ["00:30"],
            },
        ),
    ],
)
def test_sessions_stand_under_the_dates_and_hours_of_the_reader_across_a_clock_change(
    reader, edition, zone, starts, dates
):
    for number, start in enumerate(starts):
        session(edition, f"S{number}", start)
    reader.zone(zone)
    shown = rows_of(reader.get("/2031/schedule/?day=all").context)
    assert {date: [hour for hour, _title in rows] for date, rows in shown.items()} == dates
    for date in dates:  # the same, a day at a time
        alone = rows_of(reader.get(f"/2031/schedule/?day={date}").context)
        assert {d: [hour for hour, _title in rows] for d, rows in alone.items()} == {date: dates[date]}


def test_a_session_past_midnight_says_that_it_ends_a_day_later(reader, edition):
    session(edition, "Party", "2026-05-05T12:00", hours=3)
    reader.zone("Australia/Sydney")
    assert "22:00 – 01:00 +1 day" in text_of(reader.get("/2031/schedule/"))
    reader.zone("Africa/Lagos")
    assert "13:00 – 16:00" in text_of(reader.get("/2031/schedule/"))


def test_times_are_for_machines_in_utc_and_tell_the_venues_in_their_title(reader, edition):
    session(edition, "Opening", "2026-05-05T12:00")
    reader.zone("Asia/Kolkata")
    html = " ".join(reader.get("/2031/schedule/").content.decode().split())
    assert '<time datetime="2026-05-05T12:00:00Z" title="Tue 5 May 2026, 14:00 Europe/Berlin">17:30</time>' in html
    assert "All times are Kolkata time (UTC+05:30)" in html


def test_the_page_opens_at_today_and_draws_the_line_of_now(reader, edition):
    now = timezone.now()
    reader.zone("UTC")
    for title, start in [("Over", -3), ("Running", -0.5), ("Coming", 1), ("Next week", 24 * 7)]:
        SessionFactory(edition=edition, title=title, starts_at=now + start * HOUR, ends_at=now + (start + 1) * HOUR)
    response = reader.get("/2031/schedule/?day=all")
    states = {row.session.title: row.state for day in response.context["board"].days for row in day.rows}
    assert states == {"Over": "over", "Running": "now", "Coming": "later", "Next week": "later"}
    assert response.content.decode().count("data-now-line") == 1
    opened = reader.get("/2031/schedule/").context["board"]
    assert opened.selected == now.date()


def test_an_unknown_day_opens_the_first_that_is_to_come(reader, edition):
    session(edition, "A", "2020-05-05T12:00")
    session(edition, "B", "2020-05-06T12:00")
    for day in ["yesterday", "2020-12-01"]:
        assert reader.get(f"/2031/schedule/?day={day}").context["board"].selected == dt.date(2020, 5, 5)


def test_sessions_without_a_time_are_listed_apart_and_parts_on_the_page_of_their_session(reader, edition):
    workshop = SessionFactory(edition=edition, key="w1", title="Workshop", starts_at=None)
    session(edition, "Talk in the workshop", "2026-05-05T12:00", parent=workshop)
    page = text_of(reader.get("/2031/schedule/?day=any"))
    assert page == text_of(reader.get("/2031/schedule/"))
    assert "Without a fixed time" in page
    assert "Talk in the workshop" not in page
    assert "Talk in the workshop" in text_of(reader.get("/2031/schedule/w1/"))


def test_what_has_no_fixed_time_has_a_tab_beside_the_days(reader, edition):
    SessionFactory(edition=edition, title="Keynote", starts_at=None)
    session(edition, "Opening", "2026-05-05T12:00")
    for query, opening, keynote in [("", True, False), ("?day=any", False, True), ("?day=all", True, True)]:
        board = reader.get(f"/2031/schedule/{query}").context["board"]
        assert bool(board.days) == opening
        assert bool(board.unplaced) == keynote
        assert board.has_unplaced


def test_an_edition_without_sessions_says_so(reader):
    assert "No sessions yet" in text_of(reader.get("/2031/schedule/"))


def test_the_page_of_a_session_shows_all_that_is_known(reader, edition):
    keynote = session(
        edition,
        "On maps",
        "2026-05-05T12:00",
        key="k1",
        kind="keynote",
        description="About **maps**",
        place="Hall 2",
        is_cancelled=True,
    )
    ada = services.save_speaker(edition=edition, values={"name": "Ada", "affiliation": "Addis", "bio": "<b>x</b>"})
    services.set_speakers(session=keynote, speakers=[ada])
    paper = PaperFactory(edition=edition, key="p1", title="Folding <maps>")
    services.set_slots(session=keynote, lines=[SlotLine(paper)])
    response = reader.get("/2031/schedule/k1/")
    html = response.content.decode()
    for part in [
        "<strong>maps</strong>",
        "Hall 2",
        "Cancelled",
        "Ada",
        "Addis",
        "&lt;b&gt;x&lt;/b&gt;",
        "Folding &lt;maps&gt;",
    ]:
        assert part in html
    assert 'href="/2031/papers/p1/"' in html


def test_the_papers_of_a_session_are_paged(reader, edition):
    oral = SessionFactory(edition=edition, key="s1")
    for _number in range(45):
        SlotFactory(session=oral, paper__edition=edition)
    assert len(reader.get("/2031/schedule/s1/").context["slots"]) == 40
    assert len(reader.get("/2031/schedule/s1/?page=2").context["slots"]) == 5


def test_a_session_of_another_edition_is_not_found(reader):
    other = SessionFactory(edition=EditionFactory(slug="2032"), key="s9")
    for path in ["s9/", "s9/changes/1/", "nothing/"]:
        assert reader.get(f"/2031/schedule/{path}").status_code == 404
    assert reader.get(f"/2032/schedule/{other.key}/").status_code == 403


def test_changes_are_listed_latest_first_in_the_readers_zone(reader, edition):
    moved = session(edition, "Posters", "2026-05-05T12:00")
    services.change_session(
        session=moved, values={"starts_at": utc("2026-05-05T13:00"), "ends_at": utc("2026-05-05T14:00")}, why="A clash"
    )
    services.change_session(session=moved, values={"is_cancelled": True})
    reader.zone("Asia/Kolkata")
    page = text_of(reader.get("/2031/schedule/changes/"))
    assert "Posters moved: now Tue 18:30 (was 17:30)" in page
    assert "A clash" in page
    assert page.index("is cancelled") < page.index("moved: now")


def test_a_change_comes_in_pieces_for_open_pages(reader, edition):
    moved = session(edition, "Posters", "2026-05-05T12:00", key="s1")
    paper = PaperFactory(edition=edition, key="p1")
    services.set_slots(
        session=moved, lines=[SlotLine(paper, starts_at=utc("2026-05-05T12:30"), ends_at=utc("2026-05-05T12:45"))]
    )
    values = {"starts_at": utc("2026-05-05T22:00"), "ends_at": utc("2026-05-05T23:00"), "title": "More posters"}
    services.change_session(session=moved, values=values)
    reader.zone("Asia/Kolkata")
    response = reader.get("/2031/schedule/s1/changes/1/?card=1&paper=p1")
    html, text = response.content.decode(), text_of(response)
    assert 'data-day="2026-05-06"' in html
    assert "More posters moved: now Wed 03:30 (was Tue 17:30)" in text
    assert "“Posters” is now called “More posters”" in text
    assert "Wed 6 May, 04:00 – 04:15" in text
    assert "data-row" in html
    assert "data-card" in html
    assert reader.get("/2031/schedule/s1/changes/2/").status_code == 404


def test_a_page_that_was_away_asks_what_it_missed(reader, edition):
    moved = session(edition, "Posters", "2026-05-05T12:00", key="s1")
    before = timezone.now()
    services.change_session(session=moved, values={"title": "A", "place": "B"})
    services.change_session(session=moved, values={"title": "C"})
    answer = reader.get("/2031/schedule/changes/since/", {"after": before.isoformat()}).json()
    assert [(c["session"], c["sequence"]) for c in answer["changes"]] == [("s1", 1), ("s1", 2)]
    much_later = {"after": (timezone.now() + queries.LONGEST_WRITE).isoformat()}
    assert reader.get("/2031/schedule/changes/since/", much_later).json()["changes"] == []
    for wrong in ["", "yesterday", "2026-05-05T12:00", "2026-99-99T00:00Z"]:
        assert reader.get("/2031/schedule/changes/since/", {"after": wrong}).status_code == 400


@pytest.mark.parametrize("count", [1, 3, 60])
@pytest.mark.parametrize(
    "path", ["schedule/?day=all", "schedule/", "schedule/changes/", "schedule/s0/", "schedule/s0/changes/1/?card=1"]
)
def test_pages_need_at_most_twelve_queries_however_long(reader, edition, count, path, django_assert_max_num_queries):
    parent = SessionFactory(edition=edition, key="s0")
    services.change_session(session=parent, values={"title": "Changed"})
    for number in range(count):
        found = SessionFactory(edition=edition, key=f"x{number}")
        services.change_session(session=found, values={"title": "Changed"})
        ada = services.save_speaker(edition=edition, values={"name": "Ada"})
        services.set_speakers(session=found, speakers=[ada])
        SessionFactory(edition=edition, parent=parent)
        SlotFactory(session=parent, paper__edition=edition)
    with django_assert_max_num_queries(12):
        assert reader.get(f"/2031/{path}").status_code == 200


@pytest.mark.parametrize("count", [1, 3, 60])
@pytest.mark.parametrize("path", ["sessions/", "sessions/s0/"])
def test_the_api_lists_sessions_and_shows_one_with_its_papers(
    reader, edition, count, path, django_assert_max_num_queries
):
    first = session(edition, "First", "2020-05-05T12:00", key="s0")
    for _number in range(count):
        SessionFactory(edition=edition)
        SlotFactory(session=first, paper__edition=edition)
    with django_assert_max_num_queries(12):
        answer = reader.get(f"/api/v1/2031/{path}").json()
    one = answer["results"][0] if "results" in answer else answer
    assert one["key"] == "s0"
    assert one["starts_at"] == "2020-05-05T12:00:00Z"
    assert one["paper_count"] == count
    assert len(one.get("papers", [])) == (0 if "results" in answer else count)


def test_the_api_is_for_reading_and_for_the_registered(reader, client, edition):
    assert reader.post("/api/v1/2031/sessions/", {}).status_code in {403, 405}
    client.logout()
    assert client.get("/api/v1/2031/sessions/").status_code == 401
