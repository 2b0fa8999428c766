"""The schedule as a reader sees it: by the dates of their own zone, with the present moment in its place."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from schedule.models import Session

ALL = "all"  # every date, and what has none
ANY = "any"  # what has no fixed time


@dataclass(frozen=True)
class Row:
    """A session in a list. `state` is over, now, later, cancelled or unplaced; the line of now may come before it."""

    session: Session
    state: str
    with_day: bool = False  # shows its date too, where the list is not one of a day
    is_after_now_line: bool = False


@dataclass
class Day:
    """A date in the reader's zone and what begins on it."""

    date: dt.date
    count: int = 0
    rows: list[Row] = field(default_factory=list)
    is_today: bool = False
    ends_with_now_line: bool = False


def bounds(date: dt.date, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
    """Return the moments between which it is `date` in `zone`; 23 or 25 hours apart where clocks change."""
    midnight = dt.time()
    return (
        dt.datetime.combine(date, midnight, zone),
        dt.datetime.combine(date + dt.timedelta(days=1), midnight, zone),
    )


def count_by_date(starts: Iterable[dt.datetime], zone: dt.tzinfo, today: dt.date) -> list[Day]:
    """Return the dates on which something begins, in order, with how much."""
    days: dict[dt.date, Day] = {}
    for start in sorted(starts):
        date = start.astimezone(zone).date()
        days.setdefault(date, Day(date, is_today=date == today)).count += 1
    return list(days.values())


def choose(days: list[Day], wanted: str, today: dt.date, *, has_unplaced: bool) -> dt.date | str:
    """Return what to show: a date, ALL, or ANY time; where the wanted one is none of them today, the next day, the first."""
    if wanted == ALL or (wanted == ANY and has_unplaced):
        return wanted
    dates = [day.date for day in days]
    try:
        asked = dt.date.fromisoformat(wanted)
    except ValueError:
        asked = None
    if asked in dates:
        return asked
    if not dates:
        return ANY if has_unplaced else ALL
    return next((date for date in dates if date >= today), dates[0])


def fill(days: list[Day], sessions: Iterable[Session], zone: dt.tzinfo, now: dt.datetime) -> None:
    """Put `sessions`, ordered by start, into the days they begin on; today shows where the present is."""
    by_date = {day.date: day for day in days}
    passed: set[dt.date] = set()  # dates whose first session after now has come
    for session in sessions:
        if session.span is None:
            continue
        start = session.span[0]
        day = by_date[start.astimezone(zone).date()]
        is_first_later = day.is_today and start > now and day.date not in passed
        if is_first_later:
            passed.add(day.date)
        day.rows.append(Row(session, state(session, now), is_after_now_line=is_first_later))
    for day in days:
        day.ends_with_now_line = day.is_today and bool(day.rows) and day.date not in passed


def state(session: Session, now: dt.datetime) -> str:
    """Return whether a session is over, now, later, cancelled, or has no time yet (unplaced)."""
    if session.is_cancelled:
        return "cancelled"
    if session.span is None:
        return "unplaced"
    start, end = session.span
    if end <= now:
        return "over"
    return "now" if start <= now else "later"
