"""Files → records: each trap that such files hold, in invented ones."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from conference.organize.miniconf import match, text, times
from conference.organize.miniconf.read import read

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def days():
    return read(DATA / "days")


@pytest.fixture(scope="module")
def tracks():
    return read(DATA / "tracks")


@pytest.fixture
def copy(tmp_path):
    """A folder with some files of `days`, to be changed."""

    def make(*names, **files):
        for name in names:
            shutil.copy(DATA / "days" / name, tmp_path)
        for name, content in files.items():
            (tmp_path / name.replace("__", ".")).write_text(content)
        return tmp_path

    return make


def said(reading, *, bad=None):
    return {f"{p.file}:{p.row} {p.text}" for p in reading.problems if bad in (None, p.is_bad)}


def session(reading, key):
    """(kind, title, start, end) of a session or part; times as day and hour."""
    values = {**reading.of("session"), **reading.of("part")}[key].values
    when = [
        values[name] and dt.datetime.fromisoformat(values[name]).strftime("%d %H:%M")
        for name in ("starts_at", "ends_at")
    ]
    return (values["kind"], values["title"], *when)


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("5:00 AM", "05:00"),
        ("12:00 PM", "12:00"),
        ("12:30 am", "00:30"),
        ("17:30", "17:30"),
        ("9 pm", "21:00"),
        ("13:30 PM", "13:30"),
    ],
)
def test_a_time_of_day_is_read_in_every_form(written, hour):
    assert f"{times.clock(written):%H:%M}" == hour


@pytest.mark.parametrize("written", ["", "noon", "25:00", "0:30 PM", "13:00 AM", "9:75"])
def test_what_is_no_time_of_day_is_refused(written):
    with pytest.raises(ValueError, match=r"\S"):
        times.clock(written)


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("16:00-18:00 GMT", "05 16:00", "05 18:00"),
        ("23:00-01:00 GMT", "05 23:00", "06 01:00"),
        ("10:00-11:30 PDT", "05 17:00", "05 18:30"),
        ("8:30 – 9:00 KST", "04 23:30", "05 00:00"),
        ("9:00 AM-1:00 PM CEST", "05 07:00", "05 11:00"),
        ("18:00-19:00", "05 18:00", "05 19:00"),
    ],
)
def test_a_span_is_read_with_its_zone_and_over_midnight(written, start, end):
    found = times.span(dt.date(2031, 5, 5), written)
    assert [f"{moment:%d %H:%M}" for moment in found] == [start, end]
    assert all(moment.utcoffset() == dt.timedelta() for moment in found)


def test_a_span_in_a_zone_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="XYZ"):
        times.span(dt.date(2031, 5, 5), "18:00-19:00 XYZ")


@pytest.mark.parametrize("written", ["Jul 5", "5 July", "July 5th", "05-Jul", "JULY 05"])
def test_a_day_of_a_month_is_read_in_every_form(written):
    assert times.month_day(written, 2031) == dt.date(2031, 7, 5)


@pytest.mark.parametrize("written", ["", "July", "5", "Foo 5", "Jul 32"])
def test_what_is_no_day_of_a_month_is_refused(written):
    with pytest.raises(ValueError, match=r"\S"):
        times.month_day(written, 2031)


@pytest.mark.parametrize(
    ("one", "other", "exactly"),
    [
        ("Live QA: Leslie Kaebling", "Prof. Leslie Kaelbling", False),
        ("Live Q&A: Ruha Benjamin", "Prof. Ruha Benjamin", True),
        ("Ines Costa / Tomas Novak", "Profs. Tomas Novak and Ines Costa", True),
        ("Zeinab Barhé", "zeinab barhe", True),
        ("T3: Reviewing", "Reviewing", True),
    ],
)
def test_names_of_the_same_are_found_and_told_when_spelled_differently(one, other, exactly):
    assert match.closest(one, ["Somebody Else", other]) == (other, exactly)


def test_a_name_like_none_is_not_matched():
    assert match.closest("Ada Lovelace", ["Kofi Mensah"]) == (None, False)


def test_sessions_are_found_by_day_and_number():
    weekdays = {1: 0, 2: 1}
    for name in ["P2S3", "Poster Day 2 Session 3 (P2S3)", "Tues Session 3", "Tuesday Session 3"]:
        assert match.poster_code(name, weekdays) == "P2S3"
    assert match.poster_code("Fri Session 1", weekdays) == ""


def test_html_becomes_markdown_and_mathematics_stays():
    assert text.markdown('See <a href="https://example.org/">more</a>,<br/>or <b>less</b> &amp; less.') == (
        "See [more](https://example.org/),\nor less & less."
    )
    assert text.markdown("<a href='javascript:x'>no</a>") == "no"
    assert text.markdown("$a < b$ and c > d") == "$a < b$ and c > d"


def test_papers_keep_mathematics_money_and_paragraphs_and_lose_ligatures_and_stars(days):
    paper = days.of("paper")["B1"].values
    assert paper["abstract"].startswith("Costs fall from $5 to $3, while $a < b$ and $\\frac{1}{2}$ hold.\n\n")
    assert paper["abstract"].endswith("efficiently fits.")
    assert paper["authors"] == ["Ada Lovelace", "Kofi Mensah"]
    assert paper["keywords"] == ["maps", "Folding", "paper"]
    assert days.of("paper")["B2"].values["title"] == "Counting & naming"


def test_poster_sessions_hold_their_papers_at_the_calendars_time(days):
    assert session(days, "P1S1") == ("poster", "Poster Day 1 Session 1 (P1S1)", "05 05:00", "05 07:00")
    assert session(days, "P2S2") == ("poster", "Poster session P2S2", "06 12:00", "06 14:00")
    assert days.of("session")["P1S1"].values["papers"] == ["B1", "B2"]
    assert days.of("session")["P2S2"].values["papers"] == ["B1", "B3"]


def test_a_keynote_is_watched_at_any_time_and_its_questions_take_the_calendars_time(days):
    assert session(days, "keynote-1") == ("keynote", "What a map leaves out", None, None)
    assert session(days, "keynote-1-qa") == ("qa", "Live Q&A: Prof. Zeinab Barre", "06 15:00", "06 15:30")
    assert session(days, "keynote-2-qa")[2:] == ("06 19:00", "06 20:00")
    speaker = days.of("speaker")["zeinab-barre"].values
    assert speaker == {"name": "Prof. Zeinab Barre", "affiliation": "University of the Coast, Massawa", "bio": "Draws."}


def test_socials_take_place_when_the_calendar_says(days):
    assert session(days, "harbour-walk")[2:] == ("05 22:00", "06 00:00")
    assert session(days, "chess-night")[2:] == ("06 18:00", "06 20:00")  # of two weekdays the calendar's
    assert session(days, "sunrise-run") == ("social", "Sunrise run (Hills)", "06 17:00", "06 18:30")
    assert session(days, "quiet-room")[2:] == (None, None)


def test_the_rest_of_schedule_and_calendar_become_sessions(days):
    assert session(days, "expo-compass-co") == ("expo", "Expo Compass & Co", "05 23:00", "06 01:00")
    assert session(days, "opening-drinks")[2:] == ("05 09:00", "05 10:00")


def test_workshops_that_two_files_name_are_one(days):
    workshops = [record.key for record in days.of("session").values() if record.values["kind"] == "workshop"]
    assert workshops == ["numbers-in-the-sand", "maps-for-all"]
    assert days.of("session")["numbers-in-the-sand"].values["organizers"] == "Ada Lovelace, Mei Lin"


def test_themes_highlights_faq_committee_and_name_are_read(days):
    assert [theme.values["name"] for theme in days.of("theme").values()] == ["Maps", "Order & number"]
    assert days.of("paper")["B1"].values["theme"] == "maps"
    lines = days.of("highlights")["all"].values["lines"]
    assert lines == [["B1", "2031-05-05", "maps", 0], ["B3", "2031-05-06", "order-number", 1], ["B2", None, None, 2]]
    entry = days.of("faq_entry")["getting-started/how-do-i-enter"].values
    assert entry["answer"] == "With your [account](/accounts/login/).\nThen walk in."
    assert [member.values["name"] for member in days.of("committee").values()] == ["Ada Lovelace", "Kofi Mensah"]
    assert days.of("edition")["edition"].values == {"name": "Adulis 2031", "tagline": "Maps and numbers"}


def test_every_oddity_is_told_with_its_file_and_row_and_none_is_bad(days):
    assert not said(days, bad=True)
    told = said(days)
    for line in [
        "papers.csv:None unknown columns, left alone: mood",
        "poster_sessions.csv:3 the header once more",
        "poster_sessions.csv:6 a blank row",
        "poster_sessions.csv:8 B3 is in Tues Session 2 already",
        "schedule.csv:5 “Live QA: Zeinab Barhé” is taken for Prof. Zeinab Barre",
        "schedule.csv:5 Live QA: Zeinab Barhé: main_calendar.json has another time, and is taken",
        "oral_themes.csv:3 B1 stands in this theme already",
        "oral_themes.csv:5 a blank row",
        "socials.csv:5 Quiet room has no time: 'All Day' is no span of time",
        "papers_projection.json:None left alone: the map is computed",
        "notes.txt:None left alone: not a file we know",
    ]:
        assert line in told


def test_tracks_share_their_sessions_and_ends_come_from_the_calendar(tracks):
    assert session(tracks, "1a") == ("poster", "QA Session 1A", "06 05:00", "06 06:30")
    assert sorted(tracks.of("session")["1a"].values["papers"]) == ["demo.7", "main.1", "main.2"]
    assert session(tracks, "2b")[2:] == ("06 20:00", "06 21:00")
    assert session(tracks, "d1a-1") == ("poster", "Demo Session 1A-1", "07 05:00", "07 05:45")
    assert "main_paper_sessions.yml:None session 2B is not in the calendar: taken to last an hour" in said(tracks)
    paper = tracks.of("paper")["main.2"].values
    assert (paper["track"], paper["kind"], paper["pdf_url"]) == ("Water", "Short", "")
    assert "abeba@example.org" not in repr(tracks.records)


def test_a_session_on_a_wrong_day_is_moved_to_the_calendars(tracks):
    assert session(tracks, "keynote_eleni") == ("keynote", "On thirst", "07 14:00", "07 14:45")
    assert session(tracks, "keynote_eleni-2") == ("qa", "On thirst – Live QA", "07 14:45", "07 15:15")
    told = "plenary_sessions.yml:1 On thirst – Live QA: 06 Jul is taken for 07 Jul, as overall_calendar.json has it"
    assert told in said(tracks)


def test_a_thing_that_takes_place_twice_is_two_sessions(tracks):
    assert session(tracks, "t1") == ("tutorial", "Reading tides – Live Session 1", "05 13:00", "05 16:30")
    assert session(tracks, "t1-2")[2:] == ("05 17:30", "05 21:00")
    assert session(tracks, "birds_0") == ("social", "Birds of a feather - Springs", "06 18:00", "06 19:00")
    assert "birds-of-a-feather-session-1" not in tracks.of("session")  # a heading over those with rows of their own


def test_sponsors_sessions_are_read_with_offset_and_duration(tracks):
    assert session(tracks, "expo-3-1") == ("expo", "Pumps live", "06 17:00", "06 17:30")
    assert session(tracks, "expo-3-2")[2:] == ("06 16:30", "06 17:30")
    assert tracks.of("session")["expo-3-1"].values["organizers"] == "Pump & Pipe"


def test_talks_of_a_workshop_are_its_timetable_and_no_papers(tracks):
    assert session(tracks, "w1.7") == ("oral", "Digging for beginners", "08 13:10", "08 13:30")
    assert session(tracks, "w1.9") == ("oral", "Invited talk", "08 18:50", "08 19:00")  # by its speaker; AM for PM
    assert session(tracks, "w1.8")[2:] == session(tracks, "w1.10")[2:] == (None, None)
    assert session(tracks, "w1_opening-remarks")[2:] == ("08 13:00", "08 13:10")
    assert session(tracks, "w1_qa")[0] == session(tracks, "w1_qa-2")[0] == "qa"
    assert session(tracks, "w1_coffee-break") == ("break", "Coffee Break", "08 20:10", "08 20:30")
    assert session(tracks, "w1_closing")[2:] == (None, None)
    assert {part.values["parent"] for part in tracks.of("part").values()} == {"w1", "business_meeting"}
    assert set(tracks.of("paper")) == {"main.1", "main.2", "demo.7"}
    told = said(tracks)
    assert any("hours are taken as UTC-07:00" in line for line in told)
    assert "workshop_schedules.json:5 W1: a blank entry" in told


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        ("papers.csv", "UID,title\nB1,\n", "papers.csv:2 has no title"),
        ("papers.csv", "UID,authors\nB1,x\n", "papers.csv:None has no column title"),
        ("papers.csv", "UID,title\nB1,x\nB1,y\n", "papers.csv:3 B1 comes twice; it stands in papers.csv already"),
        ("papers.csv", "UID,title\nB1,x,y,z\n", "papers.csv:2 has more cells than columns"),
        ("papers.csv", b"UID,title\nB1,\xff\n", "papers.csv:None cannot be read: "),
        (
            "poster_sessions.csv",
            "session,paper\nMon Session 1,nothing\n",
            "poster_sessions.csv:2 there is no paper nothing",
        ),
        ("poster_sessions.csv", "session,paper\nSun Session 9,B1\n", "poster_sessions.csv:2 no session Sun Session 9"),
        ("schedule.csv", "day,start_utc,end_utc,type,name\nsoon,1 PM,2 PM,qa,x\n", "schedule.csv:2 Invalid isoformat"),
        ("main_calendar.json", "[{", "main_calendar.json:None cannot be read: "),
        ("main_calendar.json", '{"a": 1}', "main_calendar.json:None should hold a list"),
        (
            "main_calendar.json",
            '[1, {"title": "x", "start": "then", "end": "then"}]',
            "main_calendar.json:2 x: Invalid iso",
        ),
        ("main_calendar.json", "[1]", "main_calendar.json:1 should be an entry with fields"),
        (
            "oral_themes.csv",
            "day,theme,paper\nSunday,x,B1\n",
            "oral_themes.csv:2 'Sunday' names no day of the conference",
        ),
        (
            "faq.yml",
            "FAQ: [{Section: A, QA: [{Question: x}]}]",
            "faq.yml:1 question 1 of A has no question or no answer",
        ),
        ("faq.yml", "FAQ: [", "faq.yml:None cannot be read: "),
        ("committee.yml", "committee: [{name: x}]", "committee.yml:1 has no name or no role"),
    ],
)
def test_a_fault_in_a_file_costs_its_row_and_is_told(copy, file, content, problem):
    folder = copy("papers.csv", "poster_sessions.csv", "schedule.csv", "main_calendar.json", "oral_themes.csv")
    (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert any(line.startswith(problem) for line in said(read(folder), bad=True))


def test_papers_name_their_sessions_themselves_where_no_file_does(copy):
    folder = copy("schedule.csv", papers__csv="UID,title,sessions\nB1,Maps,Mon Session 1|P2S2\n")
    reading = read(folder)
    assert reading.of("session")["P1S1"].values["papers"] == ["B1"]
    assert reading.of("session")["P2S2"].values["papers"] == ["B1"]


def test_an_empty_folder_holds_nothing_and_no_folder_is_refused(tmp_path):
    assert not any(read(tmp_path).records.values())
    with pytest.raises(NotADirectoryError):
        read(tmp_path / "nothing")
