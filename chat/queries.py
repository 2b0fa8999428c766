import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from chat import limits, rules
from chat.models import Message, Room
from conference.accounts.models import User
from conference.editions.models import Edition

PAGE = 50  # messages of a page, and of a room that is opened afresh
BATCH = 200  # changes of one answer


@dataclass(frozen=True)
class Numbers:
    """Where a room's two counters stand after an advance."""

    seq: int
    change: int


@dataclass(frozen=True)
class Page:
    """Some messages of a room in their order, and how to go on."""

    messages: list[Message]
    change: int  # everything up to here is in, for a reader who has what was before
    has_earlier: bool = False

    def __iter__(self) -> Iterator[Message]:
        return iter(self.messages)

    @property
    def first_seq(self) -> int | None:
        """Where earlier messages end."""
        return self.messages[0].seq if self.messages else None


def advance(room: Room, *, messages: int = 0) -> Numbers:
    """Move the room's counters by one change and `messages` messages; return where they stand.

    One statement locks the room's row until the transaction ends, so that order is decided here and has no gaps.
    Raises `Room.DoesNotExist`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE chat_room SET last_seq = last_seq + %s, last_change = last_change + 1"
            " WHERE id = %s RETURNING last_seq, last_change",
            [messages, room.pk],
        )
        row = cursor.fetchone()
    if row is None:
        raise Room.DoesNotExist
    return Numbers(seq=row[0], change=row[1])


def shown() -> QuerySet[Message]:
    """Return messages with what their public form needs."""
    return Message.objects.select_related("author", "reply_to__author")


def room_for(user: User, edition: Edition | str, key: str) -> Room:
    """Return the room of the edition that `user` may see. Raises `Room.DoesNotExist`, also for hidden ones."""
    slug = edition if isinstance(edition, str) else edition.slug
    room = Room.objects.select_related("edition").get(edition__slug=slug, key=key)
    if not rules.may_read(user, room):
        raise Room.DoesNotExist
    return room


def message_for(user: User, edition: Edition | str, key: str, seq: int) -> Message:
    """Return a message of a room that `user` may see. Raises `Message.DoesNotExist`."""
    slug = edition if isinstance(edition, str) else edition.slug
    message = shown().select_related("room__edition").get(room__edition__slug=slug, room__key=key, seq=seq)
    if not rules.may_read(user, message.room):
        raise Message.DoesNotExist
    return message


def before_sending(author: User, room: Room, nonce: UUID, now: dt.datetime) -> tuple[Message | None, list]:
    """Return the message that `nonce` made before, if any, and when the author wrote lately: one query."""
    found = shown().filter(Q(room=room, nonce=nonce) | Q(created_at__gt=now - limits.WINDOW), author=author)
    lately = list(found.order_by("-created_at")[: limits.IN_WINDOW + 1])
    earlier = next((message for message in lately if message.room_id == room.pk and message.nonce == nonce), None)
    return earlier, [message.created_at for message in lately]


def room_page(room: Room, viewer: User, *, before: int | None = None) -> Page:
    """Return the last messages of a room, or those before a number: two queries. Checks the viewer again.

    Raises `Room.DoesNotExist` for a viewer who may not see the room.
    """
    if not rules.may_read(viewer, room):
        raise Room.DoesNotExist
    change = Room.objects.values_list("last_change", flat=True).get(pk=room.pk)  # before the messages: see changes_of
    messages = shown().filter(room=room)
    if before is not None:
        messages = messages.filter(seq__lt=before)
    page = list(messages.order_by("-seq")[: PAGE + 1])
    return Page(messages=page[:PAGE][::-1], change=change, has_earlier=len(page) > PAGE)


def changes_of(room: Room, after: int | None) -> tuple[list[Message], int, bool]:
    """Return what changed after number `after`, the number it leads to, and whether more is waiting.

    Without `after`: the last messages. The room's number is read first: whatever commits between the two queries is
    then beyond it, is delivered again, and is not missed.
    """
    last = Room.objects.values_list("last_change", flat=True).get(pk=room.pk)
    if after is None:
        return list(shown().filter(room=room).order_by("-seq")[:PAGE])[::-1], last, False
    found = list(shown().filter(room=room, change__gt=after).order_by("change")[: BATCH + 1])
    batch = found[:BATCH]
    if len(found) > BATCH:
        return batch, batch[-1].change, True
    return batch, max(last, batch[-1].change if batch else 0), False


def cursors(keys: Collection[str]) -> dict[str, int]:
    """Return the number of the latest change of each room, in one query."""
    return dict(Room.objects.filter(key__in=keys).values_list("key", "last_change"))


def changes_since(since: Mapping[str, int]) -> list[Message]:
    """Return the changed messages of several rooms, each after its own number, in one query and in order."""
    wanted = Q(pk__in=[])
    for key, change in since.items():
        wanted |= Q(room__key=key, change__gt=change)
    return list(shown().select_related("room").filter(wanted).order_by("room", "change")[: BATCH * max(1, len(since))])


def as_frame(message: Message) -> dict[str, Any]:
    """Return the public form of a message: the same for all readers, on the socket and in the API."""
    answered = message.reply_to
    return {
        "seq": message.seq,
        "change": message.change,
        "nonce": str(message.nonce),  # by which its author's page finds the one it sent
        "author": {"key": message.author.key, "name": str(message.author)},
        "html": message.html,
        "reply_to": {"seq": answered.seq, "name": str(answered.author)} if answered else None,
        "created_at": _utc(message.created_at),
        "edited_at": _utc(message.edited_at),
        "is_deleted": message.is_deleted,
    }


def _utc(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
