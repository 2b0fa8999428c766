"""Workshops and their timetables: talks (`w<n>_papers.csv`) and the hours they are given (workshop_schedules.json)."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conference.organize.miniconf import match, text, times
from conference.organize.miniconf.calendar import Calendar, Span, session
from conference.organize.miniconf.events import occurrences, website
from conference.organize.miniconf.records import Reading

if TYPE_CHECKING:
    from conference.organize.miniconf.read import Folder

TALKS = {"UID": True, "title": True, "speakers": False, "presentation_id": False}
DETAILS = {"name": True, "organizers": False, "short": False, "website": False}
BRIEF = {"UID": True, "title": True, "authors": False, "abstract": False}
TALK_FILE = re.compile(r"^(w\d+)_papers\.csv$")
TIMETABLE = "workshop_schedules.json"
HALF_DAY = dt.timedelta(hours=12)


@dataclass
class Talk:
    """A talk of a workshop; `span` once the timetable has been found to hold it."""

    file: str
    row: int
    uid: str
    title: str
    speakers: str
    span: Span | None = None


@dataclass
class Entry:
    """A line of a workshop's timetable, in the zone that the timetable is in."""

    row: int
    uid: str
    title: str
    speakers: str
    kind: str
    date: dt.date | None
    start: str
    end: str

    def local_start(self) -> dt.datetime | None:
        """Return the start as written, without its zone."""
        try:
            return dt.datetime.combine(self.date, times.clock(self.start)) if self.date else None
        except ValueError:
            return None


def read_workshops(folder: Folder, reading: Reading, calendar: Calendar) -> None:
    """Read workshops, as sessions, and what takes place in them, as parts of those."""
    for number, entry in folder.entries("workshops.yml"):
        more = {
            "description": text.markdown(entry.get("abstract")),
            "organizers": text.names(entry.get("organizers") or ""),
            "website": website(entry.get("website")),
        }
        pages = [f"workshop_{text.clean(entry.get('UID'))}.html"]
        occurrences(reading, calendar, "workshops.yml", (number, entry), kind="workshop", pages=pages, **more)
    _read_lists(folder, reading)
    talks = _talks(folder, reading)
    timetables = _timetables(folder, reading)
    zone = _zone(reading, timetables)
    for parent, entries in timetables.items():
        _put_hours(reading, parent, entries, talks.get(parent, []), zone)
    for parent, found in talks.items():
        for talk in found:
            more = {"parent": parent, "organizers": text.names(talk.speakers)}
            key = f"{parent}.{text.key(talk.uid)}"
            reading.add(
                session(key, kind="oral", title=talk.title, span=talk.span, file=talk.file, row=talk.row, **more)
            )


def _read_lists(folder: Folder, reading: Reading) -> None:
    """Read workshop_details.csv and workshops.csv, which know the same workshops by name, without hours."""
    known: dict[str, str] = {}
    for row, cells in folder.rows("workshop_details.csv", DETAILS):
        key = text.key(cells["name"])
        known[cells["name"]] = key
        more = {
            "description": text.markdown(cells["short"]),
            "organizers": text.names(cells["organizers"]),
            "website": website(cells["website"]),
        }
        name = cells["name"]
        reading.add(session(key, kind="workshop", title=name, span=None, file="workshop_details.csv", row=row, **more))
    for row, cells in folder.rows("workshops.csv", BRIEF):
        same, exactly = match.closest(cells["title"], known)
        if same:
            if not exactly:
                reading.note("workshops.csv", row, f"“{cells['title']}” is taken for “{same}”")
            continue
        more = {
            "description": text.markdown(cells["abstract"]),
            "organizers": ", ".join(text.split_list(cells["authors"])),
        }
        key, title = text.key(cells["title"]), cells["title"]
        reading.add(session(key, kind="workshop", title=title, span=None, file="workshops.csv", row=row, **more))


def _talks(folder: Folder, reading: Reading) -> dict[str, list[Talk]]:
    """Return the talks of each workshop that is known."""
    found: dict[str, list[Talk]] = {}
    for file in folder.names("w*_papers.csv"):
        name = TALK_FILE.match(file)
        if not name:
            continue
        for row, cells in folder.rows(file, TALKS):
            if name[1] not in reading.of("session"):
                reading.bad(file, row, f"there is no workshop {name[1]}")
                continue
            talk = Talk(file, row, cells["UID"], text.line(cells["title"])[:300], text.line(cells["speakers"]))
            found.setdefault(name[1], []).append(talk)
    return found


def _timetables(folder: Folder, reading: Reading) -> dict[str, list[Entry]]:
    """Return the lines of each workshop's timetable; times are read later, when their zone is known."""
    data = folder.data(TIMETABLE)
    starts = [
        str(record.values["starts_at"]) for record in reading.of("session").values() if record.values["starts_at"]
    ]
    year = int(min(starts)[:4]) if starts else 0
    found: dict[str, list[Entry]] = {}
    for name, lines in data.items() if isinstance(data, dict) else ():
        parent = text.key(name)
        if parent not in reading.of("session") or not reading.of("session")[parent].values["starts_at"]:
            reading.bad(TIMETABLE, None, f"there is no workshop {name} with a time")
            continue
        for row, line in enumerate(lines, start=1):
            title = text.line(line.get("title"))
            if not title:
                reading.note(TIMETABLE, row, f"{name}: a blank entry")
                continue
            try:
                date = times.month_day(str(line.get("date")), year)
            except ValueError:
                date = None
            cells = [text.clean(line.get(column)) for column in ("id", "speakers", "type", "startTime", "endTime")]
            uid, speakers, kind, start, end = cells
            found.setdefault(parent, []).append(Entry(row, uid, title, speakers, kind, date, start, end))
    return found


def _put_hours(reading: Reading, parent: str, entries: list[Entry], talks: list[Talk], zone: dt.tzinfo | None) -> None:
    """Give talks the hours of their lines, and take every other line as a part of its own."""
    count: Counter[str] = Counter()
    for entry in entries:
        span = _span(reading, parent, entry, zone)
        talk = _talk_of(entry, [talk for talk in talks if talk.span is None])
        if talk:
            talk.span = span
            continue
        name = text.key(entry.title, limit=40)
        count[name] += 1
        key = f"{parent}_{name}" if count[name] == 1 else f"{parent}_{name}-{count[name]}"
        more = {"parent": parent, "organizers": text.names(entry.speakers)}
        kind = _kind(entry)
        reading.add(session(key, kind=kind, title=entry.title, span=span, file=TIMETABLE, row=entry.row, **more))


def _zone(reading: Reading, timetables: dict[str, list[Entry]]) -> dt.tzinfo | None:
    """Return the zone of the timetables, which do not say: that in which most begin when their workshop does."""
    zones: Counter[dt.tzinfo] = Counter()
    for parent, entries in timetables.items():
        known = times.moment(reading.of("session")[parent].values["starts_at"])
        zone = times.zone_of([start for entry in entries if (start := entry.local_start())], [known])
        zones.update([zone] if zone else [])
    if not timetables:
        return None
    if not zones:
        reading.note(TIMETABLE, None, "the hours fit no time zone, and are left out")
        return None
    zone, count = zones.most_common(1)[0]
    reading.note(
        TIMETABLE, None, f"hours are taken as {zone}: {count} of {len(timetables)} workshops then begin on time"
    )
    return zone


def _span(reading: Reading, parent: str, entry: Entry, zone: dt.tzinfo | None) -> Span | None:
    """Return when a line takes place; one that would last half a day has AM and PM confused."""
    if zone is None or entry.date is None:
        return None
    try:
        start, end = times.between(entry.date, entry.start, entry.end, zone)
    except ValueError as problem:
        reading.note(TIMETABLE, entry.row, f"{parent}, {entry.title}: {problem}; it is left without a time")
        return None
    if end - start <= HALF_DAY:
        return start, end
    reading.note(TIMETABLE, entry.row, f"{parent}, {entry.title}: “{entry.start}” is taken for twelve hours earlier")
    return (start - HALF_DAY, end - 2 * HALF_DAY) if end - 2 * HALF_DAY > start - HALF_DAY else None


def _talk_of(entry: Entry, talks: list[Talk]) -> Talk | None:
    """Return the talk that a line of the timetable is about, by title; where titles repeat, by speaker too."""
    wanted = match.plain(entry.title)
    alike = [(_likeness(wanted, match.plain(talk.title)), talk) for talk in talks]
    near = [(likeness, talk) for likeness, talk in alike if likeness >= match.CLOSE]
    if len(near) > 1:
        near = [(likeness, talk) for likeness, talk in near if _same_speaker(entry, talk)] or near
    if near:
        return max(near, key=lambda pair: pair[0])[1]
    return next((talk for talk in talks if talk.uid == entry.uid and _same_speaker(entry, talk)), None)


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio() if one and other else 0


def _same_speaker(entry: Entry, talk: Talk) -> bool:
    first = match.plain(re.split(r",| and |/", entry.speakers)[0])
    return bool(first) and first in match.plain(talk.speakers)


def _kind(entry: Entry) -> str:
    name = f"{entry.kind} {entry.title}".lower()
    words = {"break": "break", "lunch": "break", "poster": "poster", "q&a": "qa", "discussion": "qa", "talk": "oral"}
    return next((kind for word, kind in words.items() if word in name), "other")
