"""Reading the schedule. Everybody admitted to an edition sees all of it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from conference.editions.models import Edition
from papers.models import Paper
from schedule import days
from schedule.days import Day, Row
from schedule.models import ChangeLog, Session, SessionSpeaker, Slot, Speaker

NEXT = 4  # sessions that the home page announces
LONGEST_WRITE = dt.timedelta(seconds=10)
AT_ONCE = 40  # running and next together: more would not be read


@dataclass(frozen=True)
class Present:
    """What takes place at a moment, and what begins next."""

    running: list[Session]
    coming: list[Session]
    now: dt.datetime


@dataclass(frozen=True)
class Board:
    """The schedule page: `tabs` of all dates, the `days` that are shown, and what has no time yet."""

    tabs: list[Day]
    days: list[Day]
    selected: dt.date | str
    has_unplaced: bool
    unplaced: list[Row]
    now: dt.datetime


def listed(edition: Edition) -> QuerySet[Session]:
    """Return the sessions that stand in the schedule itself, ready for a list: parts stand on their session's page."""
    return rows(Session.objects.filter(edition=edition, parent=None))


def rows(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Return `sessions` with what a row of a list shows: speakers, and the numbers of papers and parts."""
    speaking = SessionSpeaker.objects.select_related("speaker")
    return sessions.prefetch_related(Prefetch("speaking", speaking, to_attr="speakers_shown")).annotate(
        paper_count=_count(Slot, "session"), part_count=_count(Session, "parent")
    )


def board(edition: Edition, *, wanted: str = "", now: dt.datetime | None = None) -> Board:
    """Return the schedule by the dates of the active zone; `wanted` is a date, `days.ALL` or `ANY`, or empty for now."""
    now = now or timezone.now()
    zone = timezone.get_current_timezone()
    today = now.astimezone(zone).date()
    sessions = listed(edition)
    placed = sessions.exclude(starts_at=None).order_by("starts_at", "ends_at", "id")
    unplaced = sessions.filter(starts_at=None).order_by("id")
    starts = [start for start in placed.values_list("starts_at", flat=True) if start]
    tabs = days.count_by_date(starts, zone, today)
    has_unplaced = unplaced.exists()
    selected = days.choose(tabs, wanted, today, has_unplaced=has_unplaced)
    shown = [day for day in tabs if selected in (days.ALL, day.date)]
    if isinstance(selected, dt.date):
        start, end = days.bounds(selected, zone)
        placed = placed.filter(starts_at__gte=start, starts_at__lt=end)
    if shown:
        days.fill(shown, placed, zone, now)
    show_unplaced = has_unplaced and selected in (days.ALL, days.ANY)
    return Board(
        tabs=tabs,
        days=shown,
        selected=selected,
        has_unplaced=has_unplaced,
        unplaced=[Row(found, days.state(found, now)) for found in unplaced] if show_unplaced else [],
        now=now,
    )


def session(edition: Edition, key: str) -> Session | None:
    """Return one session with its speakers and what it is part of."""
    return rows(Session.objects.filter(edition=edition, key=key).select_related("parent", "edition")).first()


def parts(of: Session) -> list[Row]:
    """Return a session's own timetable, in order; what has no time comes last."""
    now = timezone.now()
    found = rows(of.parts.order_by("starts_at", "id"))
    return [Row(part, days.state(part, now), with_day=part.starts_at is not None) for part in found]


def slots(of: Session) -> QuerySet[Slot]:
    """Return the papers of a session, in order."""
    return of.slots.select_related("paper").order_by("starts_at", "position", "id")


def speaking(of: Session) -> QuerySet[SessionSpeaker]:
    """Return who speaks in a session, in order."""
    return of.speaking.select_related("speaker").order_by("position", "id")


def speakers_named(edition: int, names: list[str]) -> list[Speaker]:
    """Return the edition's speakers whose key or name is one of `names`."""
    return list(Speaker.objects.filter(Q(key__in=names) | Q(name__in=names), edition_id=edition))


def slots_of_paper(paper: Paper) -> list[Slot]:
    """Return where and when a paper is presented, in order of time; what has no time comes last."""
    found = paper.slots.select_related("session").order_by(Coalesce("starts_at", "session__starts_at"), "id")
    return list(found)


def now_and_next(edition: Edition) -> Present:
    """Return what takes place at this moment, and what begins next."""
    now = timezone.now()
    placed = Session.objects.filter(edition=edition, parent=None, is_cancelled=False, ends_at__gt=now)
    found = list(placed.order_by("starts_at", "ends_at", "id")[:AT_ONCE])
    running = [session for session in found if days.state(session, now) == "now"]
    return Present(running, found[len(running) :][:NEXT], now)


def changes(edition: Edition) -> QuerySet[ChangeLog]:
    """Return what changed in the schedule, latest first."""
    return ChangeLog.objects.filter(session__edition=edition).select_related("session__edition").order_by("-id")


def changes_of(of: Session, sequence: int) -> list[ChangeLog]:
    """Return what changed in a session at one time."""
    return list(of.changes.filter(sequence=sequence).select_related("session").order_by("id"))


def changes_since(edition: Edition, after: dt.datetime, limit: int = 50) -> list[tuple[str, int]]:
    """Return (key of the session, sequence) of the changes after a moment, oldest first.

    Goes back a little further: a change bears the moment of its writing, but can be seen only once it is committed.
    """
    found = (
        changes(edition).filter(created_at__gt=after - LONGEST_WRITE).values_list("session__key", "sequence")[:limit]
    )
    return list(dict.fromkeys(reversed(found)))


def unpublished() -> QuerySet[ChangeLog]:
    """Return the changes that open pages have not been told of, oldest first."""
    return ChangeLog.objects.filter(published_at=None).select_related("session__edition").order_by("id")


def lock_unpublished(pk: int) -> ChangeLog | None:
    """Return the change with its row locked, or None where pages were told of it or somebody else is telling them."""
    return unpublished().select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()


def choices_of_sessions(edition: Edition) -> list[tuple[str, str]]:
    """Return (key, title) of the sessions that a list of papers can be narrowed to, in order of time."""
    found = Session.objects.filter(Exists(Slot.objects.filter(session=OuterRef("pk"))), edition=edition)
    return list(found.order_by("starts_at", "id").values_list("key", "title"))


def papers_in_session(papers: QuerySet[Paper], key: str) -> QuerySet[Paper]:
    """Narrow `papers`, all of one edition, to those in the session `key`; none where there is no such session."""
    return papers.filter(pk__in=Slot.objects.filter(session__key=key).values("paper"))


def _count(model: type[Slot | Session], field: str) -> Coalesce:
    """Count rows in a subquery: joins to two tables at once would multiply them."""
    counted = model.objects.filter(**{field: OuterRef("pk")}).order_by().values(field).annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)
