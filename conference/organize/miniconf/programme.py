"""Sessions with papers in them, and the order in which the files of the programme are read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from conference.organize.miniconf import events, match, text, times, workshops
from conference.organize.miniconf.calendar import Calendar, Span, read_rest, session, stamp
from conference.organize.miniconf.records import Reading

if TYPE_CHECKING:
    from conference.organize.miniconf.read import Folder

HOUR = dt.timedelta(hours=1)
KINDS = {
    "poster": "poster",
    "qa": "qa",
    "expo": "expo",
    "talk": "oral",
    "oral": "oral",
    "social": "social",
    "break": "break",
}
Row = tuple[int, str, str, Span]


def read_programme(folder: Folder, reading: Reading) -> None:
    """Read every session: those with papers, keynotes, plenaries, tutorials, socials, expo, then the rest of the calendar."""
    calendar = Calendar(folder, reading)
    rows = _schedule_rows(folder, reading)
    _read_posters(folder, reading, calendar, rows)
    _read_paper_sessions(folder, reading, calendar)
    events.read_keynotes(folder, reading, calendar, rows)
    events.read_plenaries(folder, reading, calendar)
    events.read_tutorials(folder, reading, calendar)
    events.read_socials(folder, reading, calendar)
    events.read_expo(folder, reading)
    for row, kind, name, span in rows:
        key = reading.free_key("session", text.key(name))
        found = session(key, kind=KINDS.get(kind, "other"), title=name, span=span, file="schedule.csv", row=row)
        reading.add(found)
    workshops.read_workshops(folder, reading, calendar)
    read_rest(calendar, reading)


def _schedule_rows(folder: Folder, reading: Reading) -> list[Row]:
    """Return (line, type, name, span) of schedule.csv; readers take out what they use."""
    found = []
    columns = {"day": True, "start_utc": True, "end_utc": True, "type": True, "name": True}
    for row, cells in folder.rows("schedule.csv", columns):
        try:
            date = dt.date.fromisoformat(cells["day"])
            span = times.between(date, cells["start_utc"], cells["end_utc"])
        except ValueError as problem:
            reading.bad("schedule.csv", row, str(problem))
            continue
        found.append((row, cells["type"].lower(), text.line(cells["name"]), span))
    return found


def _read_posters(folder: Folder, reading: Reading, calendar: Calendar, rows: list[Row]) -> None:
    """Read poster sessions by code: times from the calendar, else schedule.csv; papers from two files."""
    planned = {code: row for row in list(rows) if (code := match.poster_code(row[2], {}))}
    rows[:] = [row for row in rows if row not in planned.values()]
    shown = {code: event for event in calendar.events if (code := match.poster_code(event.title, {}))}
    weekdays = {
        int(code[1 : code.index("S")]): span[0].weekday()
        for code, span in {**{c: r[3] for c, r in planned.items()}, **{c: e.span for c, e in shown.items()}}.items()
    }
    papers = _papers_of_posters(folder, reading, weekdays, {*planned, *shown})
    for code in sorted({*planned, *shown}):
        event, row = shown.get(code), planned.get(code)
        if event and row and event.span != row[3]:
            reading.note("schedule.csv", row[0], f"{code}: {event.file} has another time, and is taken")
        span = event.span if event else row[3]
        title = event.title if event else f"Poster session {code}"
        file, line = (event.file, event.row) if event else ("schedule.csv", row[0])
        if event:
            event.is_claimed = True
        reading.add(
            session(code, kind="poster", title=title, span=span, file=file, row=line, papers=papers.get(code, []))
        )


def _papers_of_posters(
    folder: Folder, reading: Reading, weekdays: dict[int, int], codes: set[str]
) -> dict[str, list[str]]:
    """Return the papers of each session: poster_sessions.csv, and where that is not there the papers' own column."""
    found: dict[str, list[str]] = {}
    file = "poster_sessions.csv"
    pairs = [
        (row, cells["session"], cells["paper"]) for row, cells in folder.rows(file, {"session": True, "paper": True})
    ]
    if not pairs:
        file, pairs = "papers.csv", reading.paper_sessions
    if names := sorted({name for _row, name, _paper in pairs if match.poster_code(name, weekdays) not in {"", name}}):
        taken = ", ".join(f"“{name}” for {match.poster_code(name, weekdays)}" for name in names)
        reading.note(file, None, f"sessions are taken by day and number: {taken}")
    for row, name, paper in pairs:
        code = match.poster_code(name, weekdays)
        if code not in codes:
            reading.bad(file, row, f"no session {name} in the schedule")
        elif paper not in reading.of("paper"):
            reading.bad(file, row, f"there is no paper {paper}")
        elif paper in found.setdefault(code, []):
            reading.note(file, row, f"{paper} is in {name} already")
        else:
            found[code].append(paper)
    return found


def _read_paper_sessions(folder: Folder, reading: Reading, calendar: Calendar) -> None:
    """Read `<track>_paper_sessions.yml`: tracks share the sessions of the same name, ends come from the calendar."""
    shown = {code: event for event in calendar.events if (code := match.paper_session_code(event.title))}
    found: dict[str, tuple[str, dt.datetime, list[str]]] = {}
    for name in folder.names("*_paper_sessions.yml"):
        data = folder.data(name)
        for code, entry in data.items() if isinstance(data, dict) else ():
            try:
                start = times.moment(entry["date"])
                papers = [str(paper) for paper in entry.get("papers") or []]
            except (ValueError, KeyError, TypeError, AttributeError):
                reading.bad(name, None, f"session {code} has no date that can be read")
                continue
            first = found.setdefault(str(code), (name, start, []))
            if first[1] != start:
                reading.note(
                    name, None, f"session {code} starts at {stamp(start)}, but in {first[0]} at {stamp(first[1])}"
                )
            _put_papers(reading, name, str(code), papers, first[2])
    for code, (name, start, papers) in found.items():
        event = shown.get(code)
        span = (start, start + HOUR)
        if event is None:
            reading.note(name, None, f"session {code} is not in the calendar: taken to last an hour")
        elif event.span[0] != start:
            reading.note(
                name, None, f"session {code} starts at {stamp(start)}; {event.file} has another time, and is taken"
            )
        if event:
            span, event.is_claimed = event.span, True
        title = event.title if event else f"Session {code}"
        reading.add(session(text.key(code), kind="poster", title=title, span=span, file=name, row=None, papers=papers))


def _put_papers(reading: Reading, file: str, code: str, papers: list[str], into: list[str]) -> None:
    for paper in papers:
        if paper not in reading.of("paper"):
            reading.bad(file, None, f"session {code}: there is no paper {paper}")
        elif paper in into:
            reading.note(file, None, f"{paper} is in session {code} already")
        else:
            into.append(paper)
