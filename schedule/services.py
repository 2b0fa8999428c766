"""Every write to the schedule. `change_session` is the one door through which a session changes."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from conference.accounts.models import User
from conference.common.jobs import enqueue_on_commit
from conference.editions.models import Edition
from conference.live.publish import publish
from papers.models import Paper
from schedule import queries, wording
from schedule.models import ChangeLog, Session, SessionSpeaker, Slot, Speaker

SESSION_FIELDS = frozenset(
    {
        *("key", "kind", "title", "description", "starts_at", "ends_at", "track", "place", "website", "parent"),
        *("organizers", "is_cancelled"),
    }
)
SPEAKER_FIELDS = frozenset(("key", "name", "affiliation", "bio"))
# Checked by the database instead: looking them up row by row would cost an import two queries a row.
UNCHECKED = {"edition", "parent", "session", "who"}


@dataclass(frozen=True)
class SlotLine:
    """A paper's place in a session; without times of its own it is presented with the session."""

    paper: Paper
    position: int = 0
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None


@transaction.atomic
def create_sessions(*, edition: Edition, many: Iterable[Mapping[str, object]]) -> list[Session]:
    """Make sessions from values of `SESSION_FIELDS` and return them in the same order.

    A session's parent has to exist already. Raises `ValidationError` for a value that does not fit its field,
    `IntegrityError` for a key that the edition has, and then none is made.
    """
    sessions = [Session(edition=edition, **_only(values, SESSION_FIELDS)) for values in many]
    for session in sessions:
        session.clean_fields(exclude=UNCHECKED)
    return Session.objects.bulk_create(sessions, batch_size=500)


def create_session(*, edition: Edition, values: Mapping[str, object]) -> Session:
    """Make one session; see `create_sessions`."""
    return create_sessions(edition=edition, many=[values])[0]


@transaction.atomic
def change_session(
    *, session: Session, values: Mapping[str, object], actor: User | None = None, why: str = ""
) -> list[ChangeLog]:
    """Change what differs, log what people have to be told of, and have it published after commit.

    `values` holds any of `SESSION_FIELDS`; what is equal is left alone, and with nothing different nothing is
    written. Papers with times of their own move along with their session. Brings `session` up to date and
    returns the new rows of the log. Raises `ValidationError` for a value that does not fit its field.
    """
    row = Session.objects.select_for_update().get(pk=session.pk)  # two organizers at once: one after the other
    before = _told(row)
    changed = _assign(row, _only(values, SESSION_FIELDS))
    if not changed:
        return []
    row.clean_fields(exclude=UNCHECKED)
    row.sequence += 1
    row.save(update_fields=[*changed, "sequence", "changed_at"])
    _move_slots(row, before)
    log = _log_changes(row, before, actor=actor, why=why)
    for name in (*changed, "sequence", "changed_at"):
        setattr(session, name, getattr(row, name))
    return log


@transaction.atomic
def delete_session(*, session: Session) -> None:
    """Remove a session that was made by mistake. One that people may have seen is better cancelled."""
    session.delete()


@transaction.atomic
def set_speakers(*, session: Session, speakers: Sequence[Speaker]) -> bool:
    """Make `speakers`, in this order, those of the session. Return whether that changed anything."""
    wanted = [speaker.pk for speaker in dict.fromkeys(speakers)]
    if list(session.speaking.order_by("position", "id").values_list("speaker_id", flat=True)) == wanted:
        return False
    session.speaking.all().delete()
    SessionSpeaker.objects.bulk_create(
        SessionSpeaker(session=session, speaker_id=pk, position=position) for position, pk in enumerate(wanted)
    )
    return True


@transaction.atomic
def set_slots(*, session: Session, lines: Sequence[SlotLine]) -> int:
    """Make `lines` the papers of the session; return how many slots were made, changed or removed.

    Slots that stay keep their row. Raises `ValueError` where a paper comes twice or is another edition's.
    """
    wanted = {line.paper.pk: line for line in lines}
    if len(wanted) != len(lines) or any(line.paper.edition_id != session.edition_id for line in lines):
        message = f"A paper of {session.key} comes twice, or belongs to another edition"
        raise ValueError(message)
    there = {slot.paper_id: slot for slot in session.slots.select_for_update()}
    removed = [slot.pk for pk, slot in there.items() if pk not in wanted]
    Slot.objects.filter(pk__in=removed).delete()
    changed = [slot for pk, slot in there.items() if pk in wanted and _assign(slot, _slot_values(wanted[pk]))]
    Slot.objects.bulk_update(changed, ["position", "starts_at", "ends_at"])
    made = [
        Slot(session=session, paper=line.paper, **_slot_values(line)) for pk, line in wanted.items() if pk not in there
    ]
    Slot.objects.bulk_create(made)
    return len(removed) + len(changed) + len(made)


@transaction.atomic
def save_speaker(*, edition: Edition, values: Mapping[str, object], speaker: Speaker | None = None) -> Speaker:
    """Make a speaker of the edition, or change `speaker`, from values of `SPEAKER_FIELDS`.

    Raises `ValidationError` for a value that does not fit its field.
    """
    speaker = speaker or Speaker(edition=edition)
    _assign(speaker, _only(values, SPEAKER_FIELDS))
    speaker.clean_fields(exclude=UNCHECKED)
    speaker.save()
    return speaker


@transaction.atomic
def publish_change(*, pk: int) -> bool:
    """Tell open pages of a row of the log, unless that has been done or is being done; return whether it was done now.

    The row's lock is held meanwhile, so that nobody else does it too. While Redis is away the row stays for the sweep.
    """
    change = queries.lock_unpublished(pk)
    if change is None or not publish(f"edition:{change.session.edition.slug}", _frame(change)):
        return False
    change.published_at = timezone.now()
    change.save(update_fields=["published_at"])
    return True


def _only(values: Mapping[str, object], fields: frozenset[str]) -> Mapping[str, object]:
    if unknown := set(values) - fields:
        message = f"Not for callers to set: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    return values


def _assign(row: object, values: Mapping[str, object]) -> list[str]:
    """Set what differs and return its names."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def _slot_values(line: SlotLine) -> dict[str, object]:
    return {"position": line.position, "starts_at": line.starts_at, "ends_at": line.ends_at}


def _told(session: Session) -> dict[str, dict[str, object]]:
    """Return what people are told of when it changes, as the log keeps it: by kind of change."""

    def stamp(moment: dt.datetime | None) -> str | None:
        return moment.astimezone(dt.UTC).isoformat() if moment else None

    what = ChangeLog.What
    return {
        what.MOVED: {"starts_at": stamp(session.starts_at), "ends_at": stamp(session.ends_at)},
        what.CANCELLED: {"is_cancelled": session.is_cancelled},
        what.RETITLED: {"title": session.title},
        what.PLACE: {"place": session.place},
    }


def _log_changes(session: Session, before: Mapping, *, actor: User | None, why: str) -> list[ChangeLog]:
    """Write a row for each kind of change; the sweep publishes those whose task is lost."""
    rows = []
    for what, after in _told(session).items():
        if after == before[what]:
            continue
        brought_back = what == ChangeLog.What.CANCELLED and not session.is_cancelled
        row = ChangeLog(
            session=session,
            sequence=session.sequence,
            what=ChangeLog.What.RESTORED if brought_back else what,
            before=before[what],
            after=after,
            who=actor,
            why=why,
        )
        row.clean_fields(exclude=UNCHECKED)
        rows.append(row)
    for row in ChangeLog.objects.bulk_create(rows):
        enqueue_on_commit("schedule.publish_change", row.pk)
    return rows


def _move_slots(session: Session, before: Mapping) -> None:
    """Shift slots with times of their own by as much as the session's start was."""
    earlier = before[ChangeLog.What.MOVED]["starts_at"]
    if not earlier or not session.starts_at:
        return
    shift = session.starts_at - dt.datetime.fromisoformat(earlier)
    if not shift:
        return
    own = session.slots.exclude(starts_at=None)
    own.update(starts_at=F("starts_at") + shift, ends_at=F("ends_at") + shift)


def _frame(change: ChangeLog) -> dict[str, object]:
    """Return what every open page gets, the same for all; `url` is the change in the reader's own zone and words."""
    session = change.session
    with timezone.override(session.edition.tz):
        text = wording.describe(change)
    return {
        "kind": "schedule",
        "session": session.key,
        "sequence": change.sequence,
        "what": change.what,
        "title": session.title,
        "before": change.before,
        "after": change.after,
        "text": f"{text} ({session.edition.zone})",
        "url": f"{session.get_absolute_url()}changes/{change.sequence}/",
    }
