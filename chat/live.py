"""Rooms on the socket, over the same queries and services as pages and API."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from chat import limits, queries, services
from chat.models import Message, Room
from conference.common.access import ADMITTED
from conference.common.refused import Refused
from conference.live import frames
from conference.live.registry import COMMANDS, TOPICS, Command, Reader, Topic

LONGEST = limits.LONGEST * 2  # of the field: room for what is cut off at its ends, and for a helpful refusal


ROOM, TEXT = {"room": frames.key}, {"text": frames.string(LONGEST)}
SEQ, NONCE = {"seq": frames.number}, {"nonce": frames.uuid}
REPLY_TO = {"reply_to": frames.optional(frames.number)}


def register() -> None:
    """Hand in the rooms and what one can do in them."""
    TOPICS.register(
        "room",
        Topic(access=ADMITTED, may_open=may_open, snapshot=snapshot, cursors=queries.cursors, changes=changes),
    )
    COMMANDS.register("send", Command(access=ADMITTED, handler=send, required=ROOM | NONCE | TEXT, optional=REPLY_TO))
    COMMANDS.register("edit", Command(access=ADMITTED, handler=edit, required=ROOM | SEQ | TEXT))
    COMMANDS.register("delete", Command(access=ADMITTED, handler=delete, required=ROOM | SEQ))


def may_open(reader: Reader, key: str) -> bool:
    """Tell whether the reader may see the room."""
    try:
        queries.room_for(reader.user, reader.edition, key)
    except Room.DoesNotExist:
        return False
    return True


def snapshot(_reader: Reader, key: str, after: int | None) -> Mapping[str, Any]:
    """Return what changed after a number, or the last messages."""
    return as_changes(*queries.changes_of(Room.objects.get(key=key), after))


def as_changes(messages: list[Message], change: int, more: bool) -> Mapping[str, Any]:  # noqa: FBT001 - as it comes
    """Return the answer to "what is new since", the same on the socket and in the API."""
    return {"change": change, "changes": [queries.as_frame(message) for message in messages], "more": more}


def changes(since: Mapping[str, int]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the frames of several rooms after a number of each."""
    found = defaultdict(list)
    for message in queries.changes_since(since):
        found[message.room.key].append({"change": message.change, "message": queries.as_frame(message)})
    return found


def send(reader: Reader, *, room: str, nonce: UUID, text: str, reply_to: int | None = None) -> Mapping[str, Any]:
    """Write a message. The author is the socket's reader, whatever a frame says."""
    if reply_to is None:
        message = services.post_message(room=_room(reader, room), author=reader.user, text=text, nonce=nonce)
    else:
        answered = _message(reader, room, reply_to)
        message = services.post_message(
            room=answered.room, author=reader.user, text=text, nonce=nonce, reply_to=answered
        )
    return {"seq": message.seq, "change": message.change}


def edit(reader: Reader, *, room: str, seq: int, text: str) -> Mapping[str, Any]:
    """Change a message of one's own."""
    message = services.edit_message(message=_message(reader, room, seq), author=reader.user, text=text)
    return {"seq": message.seq, "change": message.change}


def delete(reader: Reader, *, room: str, seq: int) -> Mapping[str, Any]:
    """Take a message of one's own back."""
    message = services.delete_message(message=_message(reader, room, seq), actor=reader.user)
    return {"seq": message.seq, "change": message.change}


def _room(reader: Reader, key: str) -> Room:
    try:
        return queries.room_for(reader.user, reader.edition, key)
    except Room.DoesNotExist:
        raise Refused("not_found", _("There is no such room.")) from None


def _message(reader: Reader, key: str, seq: int) -> Message:
    try:
        return queries.message_for(reader.user, reader.edition, key, seq)
    except Message.DoesNotExist:
        raise Refused("not_found", _("There is no such message.")) from None
