"""Times as people write them in such files: several forms, several zones. All functions raise `ValueError`."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence

# Abbreviations are ambiguous in general; these are the ones that conferences write, with the usual meaning.
ZONES = {
    **dict.fromkeys(("UTC", "GMT", "Z"), 0),
    "PDT": -7,
    "PST": -8,
    "MDT": -6,
    "MST": -7,
    "CDT": -5,
    "CST": -6,
    "EDT": -4,
    "EST": -5,
    "ADT": -3,
    "BRT": -3,
    "BST": 1,
    "WAT": 1,
    "CET": 1,
    "CEST": 2,
    "SAST": 2,
    "EET": 2,
    "EEST": 3,
    "EAT": 3,
    "IST": 5.5,
    "SGT": 8,
    "HKT": 8,
    "JST": 9,
    "KST": 9,
    "AEST": 10,
    "AEDT": 11,
}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SPAN = re.compile(
    r"^\s*(?P<start>[\d:]+\s*(?:[ap]m)?)\s*[-–—]\s*(?P<end>[\d:]+\s*(?:[ap]m)?)\s*(?P<zone>[A-Za-z]*)\s*$",
    re.IGNORECASE,
)
CLOCK = re.compile(r"^(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*([ap]m)?$", re.IGNORECASE)
DAY = dt.timedelta(days=1)
NOON = 12


def moment(value: object) -> dt.datetime:
    """Return an ISO time, also with `_` between date and hour, in UTC; without an offset it is UTC already."""
    found = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value).strip().replace("_", "T"))
    return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)


def clock(text: str) -> dt.time:
    """Return "5:00 AM", "12:00 PM", "17:30", "9 am", or the mixed "13:30 PM", as a time of day."""
    found = CLOCK.match(text.strip())
    if not found:
        message = f"{text!r} is no time of day"
        raise ValueError(message)
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and (hour == 0 or (half == "am" and hour > NOON)):
        message = f"{text!r} is no time of day"
        raise ValueError(message)
    if half and hour <= NOON:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return dt.time(hour, minute)


def span(date: dt.date, text: str) -> tuple[dt.datetime, dt.datetime]:
    """Return "16:00-18:00 GMT" on a date in UTC; an end that is not after the start is on the next day."""
    found = SPAN.match(text)
    if not found:
        message = f"{text!r} is no span of time"
        raise ValueError(message)
    return between(date, found["start"], found["end"], offset(found["zone"]))


def between(date: dt.date, start: str, end: str, zone: dt.tzinfo = dt.UTC) -> tuple[dt.datetime, dt.datetime]:
    """Return two times of day on a date of `zone` in UTC; an end that is not after the start is on the next day."""
    begins = dt.datetime.combine(date, clock(start), zone)
    ends = dt.datetime.combine(date, clock(end), zone)
    return begins.astimezone(dt.UTC), (ends if ends > begins else ends + DAY).astimezone(dt.UTC)


def offset(name: str) -> dt.timezone:
    """Return the zone that an abbreviation stands for; none is UTC."""
    try:
        return dt.timezone(dt.timedelta(hours=ZONES[name.upper() or "UTC"]))
    except KeyError:
        message = f"{name!r} is no zone we know"
        raise ValueError(message) from None


def month_day(text: str, year: int) -> dt.date:
    """Return "Jul 5", "5 July", "July 9th" or "09-Jul" as a date."""
    number = re.search(r"\d{1,2}", text)
    name = re.search(r"[A-Za-z]{3}", text)
    if not number or not name or name[0].lower() not in MONTHS:
        message = f"{text!r} is no date"
        raise ValueError(message)
    return dt.date(year, MONTHS.index(name[0].lower()) + 1, int(number[0]))


def weekdays(text: str, dates: Iterable[dt.date]) -> list[dt.date]:
    """Return those of `dates` whose weekday `text` names, in its order: "Wednesday/Thursday" gives two."""
    named = [
        WEEKDAYS.index(word.lower()) for word in re.findall(r"\b(mon|tue|wed|thu|fri|sat|sun)", text, re.IGNORECASE)
    ]
    wanted = sorted(set(dates))
    found = [date for weekday in named for date in wanted if date.weekday() == weekday]
    if not found:
        message = f"{text!r} names no day of the conference"
        raise ValueError(message)
    return found


def zone_of(local: Sequence[dt.datetime], known: Sequence[dt.datetime]) -> dt.timezone | None:
    """Return the offset at which the first of naive `local` times is the first of `known` ones; None if none fits."""
    if not local or not known:
        return None
    difference = min(local) - min(known).astimezone(dt.UTC).replace(tzinfo=None)
    quarters = difference / dt.timedelta(minutes=15)
    fits = quarters == int(quarters) and abs(difference) <= dt.timedelta(hours=14)
    return dt.timezone(difference) if fits else None
