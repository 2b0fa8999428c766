"""Keynotes, plenaries, tutorials, socials and expo: sessions of people rather than of papers."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from conference.organize.miniconf import match, text, times
from conference.organize.miniconf.calendar import Calendar, Span, agree, session
from conference.organize.miniconf.records import Reading, Record

if TYPE_CHECKING:
    from conference.organize.miniconf.programme import Row
    from conference.organize.miniconf.read import Folder

KEYNOTES = {
    "id": True,
    "speaker": True,
    "institution": False,
    "title": True,
    "day": False,
    "live_qa_utc": False,
    "abstract": False,
    "bio": False,
}
SPEAKERS = {
    "UID": True,
    "speaker": True,
    "institution": False,
    "title": False,
    "abstract": False,
    "bio": False,
    "image": False,
    "session": False,
}
SOCIALS = {"name": True, "organizers": False, "day": False, "time": False}
OCCURRENCE = re.compile(r"^[A-Z]+-")  # "S-Session A": the letter only says what kind of thing it is of


def speaker(reading: Reading, name: str, affiliation: str, bio: str, file: str, row: int | None) -> str:
    """Take a speaker unless a file has told of them; return their key."""
    name = text.line(name)
    key = text.key(match.plain(name))
    if key not in reading.of("speaker"):
        values = {"name": name[:200], "affiliation": text.line(affiliation)[:300], "bio": text.markdown(bio)}
        reading.add(Record("speaker", key, values, file, row))
    return key


def read_keynotes(folder: Folder, reading: Reading, calendar: Calendar, rows: list[Row]) -> None:
    """Read keynotes, watched at any time, each with a live Q&A; and speakers.csv for those that have no keynote row."""
    days = sorted({event.span[0].date() for event in calendar.events} | {row[3][0].date() for row in rows})
    for row, cells in folder.rows("keynotes.csv", KEYNOTES):
        who = speaker(reading, cells["speaker"], cells["institution"], cells["bio"], "keynotes.csv", row)
        key = f"keynote-{text.key(cells['id'])}"
        more = {"speakers": [who], "description": text.markdown(cells["abstract"])}
        reading.add(session(key, kind="keynote", title=cells["title"], span=None, file="keynotes.csv", row=row, **more))
        span = _question_time(reading, calendar, rows, (row, cells), days)
        if span:
            title = f"Live Q&A: {cells['speaker']}"
            more["description"] = f"On the keynote “{text.line(cells['title'])}”."
            reading.add(session(f"{key}-qa", kind="qa", title=title, span=span, file="keynotes.csv", row=row, **more))
    for row, cells in folder.rows("speakers.csv", SPEAKERS):
        key = text.key(match.plain(cells["speaker"]))
        if key in reading.of("speaker"):
            continue
        speaker(reading, cells["speaker"], cells["institution"], cells["bio"], "speakers.csv", row)
        if cells["title"]:
            more = {"speakers": [key], "description": text.markdown(cells["abstract"])}
            name = f"talk-{text.key(cells['UID'])}"
            reading.add(
                session(name, kind="keynote", title=cells["title"], span=None, file="speakers.csv", row=row, **more)
            )


def _question_time(
    reading: Reading, calendar: Calendar, rows: list[Row], keynote: tuple[int, dict[str, str]], days: list[dt.date]
) -> Span | None:
    """Return when the live Q&A of a keynote takes place: by the calendar, else schedule.csv, else its own cell."""
    number, cells = keynote
    name = cells["speaker"]
    planned = {row[2]: row for row in rows if row[1] == "qa"}
    same, exactly = match.closest(name, planned)
    if same:
        rows.remove(planned[same])
        if not exactly:
            reading.note("schedule.csv", planned[same][0], f"“{same}” is taken for {name}")
    shown = calendar.titled(name)
    if shown:
        event = shown[0]
        event.is_claimed = True
        if match.plain(event.title) != match.plain(name):
            reading.note(event.file, event.row, f"“{event.title}” is taken for {name}")
        if same and planned[same][3] != event.span:
            reading.note("schedule.csv", planned[same][0], f"{same}: {event.file} has another time, and is taken")
        return event.span
    if same:
        return planned[same][3]
    if not cells["live_qa_utc"]:
        return None
    try:
        return times.span(times.weekdays(cells["day"], days)[0], cells["live_qa_utc"])
    except ValueError as problem:
        reading.note("keynotes.csv", number, f"the live Q&A has no time: {problem}")
        return None


def read_plenaries(folder: Folder, reading: Reading, calendar: Calendar) -> None:
    """Read plenary_sessions.yml; a `<UID>.csv` beside it is the session's timetable."""
    for number, entry in folder.entries("plenary_sessions.yml"):
        key = text.clean(entry.get("UID"))
        presenter = text.line(entry.get("presenter"))
        is_keynote = key.startswith("keynote")
        more: dict[str, Any] = {"description": text.markdown(entry.get("abstract"))}
        if is_keynote and presenter:
            institution, bio = str(entry.get("institution") or ""), str(entry.get("bio") or "")
            more["speakers"] = [speaker(reading, presenter, institution, bio, "plenary_sessions.yml", number)]
        else:
            more["organizers"] = presenter
        kind = "keynote" if is_keynote else "other"
        pages = [f"plenary_session_{key}.html"]
        found = occurrences(reading, calendar, "plenary_sessions.yml", (number, entry), kind=kind, pages=pages, **more)
        if not found:
            continue
        for row, cells in folder.rows(
            f"{key}.csv", {"UID": True, "title": True, "speakers": False, "presentation_id": False}
        ):
            part = session(
                f"{found[0]}.{text.key(cells['UID'])}", kind="oral", title=cells["title"], span=None,
                file=f"{key}.csv", row=row, parent=found[0], organizers=text.names(cells["speakers"]),
            )  # fmt: skip
            reading.add(part)


def read_tutorials(folder: Folder, reading: Reading, calendar: Calendar) -> None:
    """Read tutorials.yml: one session for each time that a tutorial is held."""
    for number, entry in folder.entries("tutorials.yml"):
        about = [text.markdown(entry.get("abstract")), text.markdown(entry.get("info"))]
        more = {
            "description": "\n\n".join(part for part in about if part),
            "organizers": text.names(entry.get("organizers")),
            "website": website(entry.get("website")),
        }
        pages = [f"tutorial_{text.clean(entry.get('UID'))}.html"]
        occurrences(reading, calendar, "tutorials.yml", (number, entry), kind="tutorial", pages=pages, **more)


def read_socials(folder: Folder, reading: Reading, calendar: Calendar) -> None:
    """Read socials, from socials.yml and socials.csv."""
    for number, entry in folder.entries("socials.yml"):
        organizers = entry.get("organizers")
        members = organizers.get("members") if isinstance(organizers, dict) else organizers
        more = {
            "description": text.markdown(entry.get("description")),
            "organizers": text.names(members or ""),
            "website": website(entry.get("website")),
        }
        occurrences(reading, calendar, "socials.yml", (number, entry), kind="social", pages=[], **more)
    days = sorted({event.span[0].date() for event in calendar.events})
    days = days or sorted(
        {times.moment(r.values["starts_at"]).date() for r in reading.of("session").values() if r.values["starts_at"]}
    )
    count: dict[str, int] = {}
    for row, cells in folder.rows("socials.csv", SOCIALS):
        name = text.line(cells["name"])
        key = text.key(name)
        count[key] = count.get(key, 0) + 1
        span = _social_time(reading, calendar, row, cells, days)
        label = cells["day"].rpartition(":")[0].strip()
        title = f"{name} ({label})" if label else name
        key = key if count[key] == 1 else f"{key}-{count[key]}"
        organizers = text.names(cells["organizers"])
        reading.add(
            session(key, kind="social", title=title, span=span, file="socials.csv", row=row, organizers=organizers)
        )


def _social_time(
    reading: Reading, calendar: Calendar, row: int, cells: dict[str, str], days: list[dt.date]
) -> Span | None:
    """Return when a social takes place: the day's weekday and hours, as the calendar has them where it does."""
    events = calendar.titled(cells["name"])
    try:
        spans = [times.span(date, cells["time"]) for date in times.weekdays(cells["day"], days)]
    except ValueError as problem:
        if not events:
            reading.note("socials.csv", row, f"{cells['name']} has no time: {problem}")
            return None
        events[0].is_claimed = True
        reading.note("socials.csv", row, f"{cells['name']}: “{cells['time']}” is taken as {events[0].file} has it")
        return events[0].span
    for span in spans:
        if event := calendar.claim_at(events, span[0]):
            return event.span
    if len(spans) > 1:
        reading.note("socials.csv", row, f"{cells['name']}: of “{cells['day']}” the first day is taken")
    return spans[0]


def read_expo(folder: Folder, reading: Reading) -> None:
    """Read the sponsors' sessions of sponsors.yml; their booths are not imported yet."""
    for number, level in folder.entries("sponsors.yml"):
        sponsors = level.get("sponsors")
        for sponsor in sponsors if isinstance(sponsors, list) else []:
            for count, entry in enumerate(sponsor.get("schedule") or [], start=1):
                _expo(reading, number, sponsor, entry, count)


def _expo(reading: Reading, number: int, sponsor: dict[str, Any], entry: dict[str, Any], count: int) -> None:
    name = text.line(sponsor.get("name"))
    try:
        span = _expo_span(entry)
    except (ValueError, TypeError) as problem:
        reading.bad("sponsors.yml", number, f"session {count} of {name}: {problem}")
        return
    more = {"description": text.markdown(entry.get("description")), "organizers": name}
    if entry.get("speaker"):
        more["organizers"] = f"{name}: {text.line(entry['speaker'])}"
    key = f"expo-{text.key(sponsor.get('UID'))}-{count}"
    title = text.line(entry.get("label")) or name
    reading.add(session(key, kind="expo", title=title, span=span, file="sponsors.yml", row=number, **more))


def _expo_span(entry: dict[str, Any]) -> Span:
    """Return when an entry with a start and an end, or a duration in hours, takes place. Raises `ValueError`."""
    start = times.moment(entry.get("start"))
    if "end" in entry:
        return _forward(start, times.moment(entry["end"]))
    return _forward(start, start + dt.timedelta(hours=float(str(entry.get("duration") or 1))))


def _forward(start: dt.datetime, end: dt.datetime) -> Span:
    if end <= start:
        message = "it ends before it starts"
        raise ValueError(message)
    return start, end


def occurrences(
    reading: Reading, calendar: Calendar, file: str, numbered: tuple[int, dict[str, Any]],
    *, kind: str, pages: list[str], **more: Any,
) -> list[str]:  # fmt: skip
    """Take one session for each time that a thing takes place; return their keys. The first has the thing's own key.

    `pages` are those of the calendar's links that lead to it.
    """
    number, entry = numbered
    uid, name = text.clean(entry.get("UID")), text.line(entry.get("title") or entry.get("name"))
    if not uid or not name:
        reading.bad(file, number, "has no UID or no title")
        return []
    times_given = [one for one in entry.get("sessions") or [] if isinstance(one, dict)]
    events = [event for page in pages for event in calendar.linked(page)]
    keys = []
    for count, one in enumerate(times_given or [None], start=1):
        title, is_qa = _title(name, text.line(one.get("name")) if one else "", kind, is_one=len(times_given) < 2)  # noqa: PLR2004
        try:
            span = _forward(times.moment(one.get("start_time")), times.moment(one.get("end_time"))) if one else None
        except ValueError as problem:
            reading.bad(file, number, f"{title}: {problem}")
            continue
        if span and pages:
            span = agree(span, events, reading, (file, number, title))
        elif span:
            calendar.claim_at(calendar.titled(name), span[0])
        key = text.key(uid) if count == 1 else f"{text.key(uid)}-{count}"
        found = session(key, kind="qa" if is_qa else kind, title=title, span=span, file=file, row=number, **more)
        if reading.add(found):
            keys.append(key)
    return keys


def _title(name: str, label: str, kind: str, *, is_one: bool) -> tuple[str, bool]:
    """Return the title of one of the times that a thing takes place, and whether that is its questions and answers."""
    label = OCCURRENCE.sub("", label)
    is_qa = kind in {"keynote", "other"} and label.upper().endswith("QA")
    if is_one or not label or (kind in {"keynote", "other"} and not is_qa):
        return name, is_qa
    return f"{name} – {label}", is_qa


def website(value: object) -> str:
    """Return an address of the web, or the empty string."""
    address = text.clean(value)
    return address if address.startswith(("http://", "https://")) else ""
