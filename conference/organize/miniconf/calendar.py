"""The calendar of the site's front page. It repeats what other files say, so its events are claimed by those."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conference.organize.miniconf import match, text, times
from conference.organize.miniconf.records import Reading, Record

if TYPE_CHECKING:
    from conference.organize.miniconf.read import Folder

FILES = ("main_calendar.json", "overall_calendar.json")
Span = tuple[dt.datetime, dt.datetime]


@dataclass
class Event:
    """An entry of the calendar; `is_claimed` once a session of another file is known to be it."""

    file: str
    row: int
    title: str
    span: Span
    kind: str
    link: str
    is_heading: bool
    is_claimed: bool = False


class Calendar:
    """All events of the calendar files, to be claimed."""

    def __init__(self, folder: Folder, reading: Reading) -> None:
        self.events: list[Event] = []
        for name in FILES:
            for row, entry in folder.entries(name):
                self._take(name, row, entry, reading)

    def _take(self, name: str, row: int, entry: dict[str, Any], reading: Reading) -> None:
        title = text.line(str(entry.get("title") or "").split("<br")[0])
        try:
            start, end = times.moment(entry.get("start")), times.moment(entry.get("end"))
        except ValueError as problem:
            reading.bad(name, row, f"{title}: {problem}")
            return
        if not title or end <= start:
            reading.bad(name, row, f"{title or 'an event'} has no title, or ends before it starts")
            return
        kind = str(entry.get("type") or entry.get("calendarId") or "")
        link = str(entry.get("link") or "").rpartition("/")[2]
        self.events.append(Event(name, row, title, (start, end), kind, link, entry.get("view") == "week"))

    def linked(self, page: str) -> list[Event]:
        """Return the events that lead to a page, and claim them."""
        return self._claim([event for event in self.events if event.link == page])

    def titled(self, name: str) -> list[Event]:
        """Return the unclaimed events of this name, spelled nearly alike, and claim none yet."""
        free = [event for event in self.events if not event.is_claimed and not event.is_heading]
        found, _exactly = match.closest(name, {event.title for event in free})
        return [event for event in free if found and match.plain(event.title) == match.plain(found)]

    def claim_at(self, events: list[Event], start: dt.datetime) -> Event | None:
        """Claim and return the one of `events` that begins at `start`."""
        found = [event for event in events if event.span[0] == start]
        return self._claim(found[:1])[0] if found else None

    def _claim(self, events: list[Event]) -> list[Event]:
        for event in events:
            event.is_claimed = True
        return events


def agree(ours: Span, events: list[Event], reading: Reading, record: tuple[str, int | None, str]) -> Span:
    """Return the span of a session that the calendar shows too: moved by whole days where only that makes them agree.

    The calendar may show several sessions as one event, so ours lies within it; what differs otherwise is told.
    """
    file, row, title = record
    if not events or any(event.span[0] <= ours[0] and ours[1] <= event.span[1] for event in events):
        return ours
    for event in events:
        shift = dt.timedelta(days=round((event.span[0] - ours[0]) / dt.timedelta(days=1)))
        moved = (ours[0] + shift, ours[1] + shift)
        if shift and event.span[0] <= moved[0] and moved[1] <= event.span[1]:
            reading.note(file, row, f"{title}: {ours[0]:%d %b} is taken for {moved[0]:%d %b}, as {event.file} has it")
            return moved
    shown = ", ".join(f"{event.span[0]:%d %b %H:%M}–{event.span[1]:%H:%M}" for event in events)
    reading.note(file, row, f"{title}: {ours[0]:%d %b %H:%M}–{ours[1]:%H:%M} UTC, but {events[0].file} has {shown}")
    return ours


def stamp(moment: dt.datetime | None) -> str | None:
    """Return a moment as records keep it."""
    return moment.astimezone(dt.UTC).isoformat() if moment else None


def session(key: str, *, kind: str, title: str, span: Span | None, file: str, row: int | None, **more: Any) -> Record:
    """Return the record of a session, with everything that is not given empty."""
    values = {
        "kind": kind,
        "title": text.line(title)[:300],
        "description": "",
        "track": "",
        "website": "",
        "parent": None,
        "organizers": "",
        "speakers": [],
        "papers": [],
        "starts_at": stamp(span[0]) if span else None,
        "ends_at": stamp(span[1]) if span else None,
        **more,
    }
    values["organizers"] = str(values["organizers"])[:500]
    return Record("part" if values["parent"] else "session", key, values, file, row)


def read_rest(calendar: Calendar, reading: Reading) -> None:
    """Make sessions of the events that no other file told of, but for headings over others."""
    sessions = list(reading.of("session").values())
    taken = {(record.values["kind"], record.values["starts_at"]) for record in sessions}
    by_title = {match.plain(str(record.values["title"])): record for record in reversed(sessions)}
    covered = 0
    for event in sorted(calendar.events, key=lambda event: event.span):
        if event.is_claimed or event.is_heading:
            continue
        start, like = stamp(event.span[0]), by_title.get(match.plain(event.title))
        kind = str(like.values["kind"]) if like else _kind(event)
        if (like.values["starts_at"] == start) if like else (kind, start) in taken:
            covered += 1
            continue
        more = {"organizers": like.values["organizers"], "description": like.values["description"]} if like else {}
        key = reading.free_key("session", text.key(event.title))
        reading.add(session(key, kind=kind, title=event.title, span=event.span, file=event.file, row=event.row, **more))
    if covered:
        reading.note(calendar.events[0].file, None, f"{covered} events stand for sessions that have rows of their own")


def _kind(event: Event) -> str:
    name = f"{event.kind} {event.title}".lower()
    words = {
        "qa session": "poster",
        "q&a": "qa",
        "qa": "qa",
        "social": "social",
        "birds of a feather": "social",
        "tutorial": "tutorial",
        "workshop": "workshop",
        "keynote": "keynote",
        "break": "break",
        "expo": "expo",
    }
    return next((kind for word, kind in words.items() if word in name), "other")
