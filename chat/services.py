from collections.abc import Iterable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat import limits, queries, rules
from chat.models import Message, Room
from conference.accounts.models import User
from conference.common.markdown import render
from conference.common.refused import Refused
from conference.editions.models import Edition
from conference.live.publish import publish_on_commit

LONGEST_NAME = Room._meta.get_field("name").max_length


@transaction.atomic
def open_rooms(*, edition: Edition, kind: str, names: Iterable[str]) -> list[Room]:
    """Make and return a room for each name. Who may enter is said by the check registered for `kind` (`chat.registry`)."""
    return Room.objects.bulk_create(Room(edition=edition, kind=kind, name=name[:LONGEST_NAME]) for name in names)


def open_room(*, edition: Edition, kind: str, name: str) -> Room:
    """Make and return one room; see `open_rooms`."""
    return open_rooms(edition=edition, kind=kind, names=[name])[0]


@transaction.atomic
def rename_room(*, room: Room, name: str) -> None:
    """Give the room the name of what owns it, shortened to what fits."""
    if room.name != name[:LONGEST_NAME]:
        room.name = name[:LONGEST_NAME]
        room.save(update_fields=["name"])


@transaction.atomic
def close_room(*, room: Room, is_closed: bool) -> None:
    """Close the room for writing, or open it again. Reading goes on."""
    room.is_closed = is_closed
    room.save(update_fields=["is_closed"])


def post_message(*, room: Room, author: User, text: str, nonce: UUID, reply_to: Message | None = None) -> Message:
    """Write one message into a room, once; publishes it after commit.

    `text` is Markdown, 1 to 4,000 characters. Repeating a `nonce` returns the message it made before, whatever the
    text. `reply_to` is a message of the same room. Raises `Refused` (code, text, seconds to wait) when the author may
    not write here or is too fast; nothing is written then.
    """
    now = timezone.now()
    earlier, lately = queries.before_sending(author, room, nonce, now)
    if earlier:
        return earlier
    _must_write(author, room)
    text = limits.check_text(text)
    limits.check_pace(lately, now)
    if reply_to and (reply_to.room_id != room.pk or reply_to.is_deleted):
        raise Refused("no_such_message", _("The message you answer is no longer there."))
    html = render(text)
    try:
        with transaction.atomic():
            numbers = queries.advance(room, messages=1)  # locks the room's row; order is decided here
            message = Message.objects.create(
                room=room, author=author, nonce=nonce, reply_to=reply_to,
                text=text, html=html, seq=numbers.seq, change=numbers.change,
            )  # fmt: skip
            _publish(message)
    except IntegrityError:
        # The same nonce at the same moment, on another connection: that one wrote it, the numbers are rolled back.
        return queries.shown().get(room=room, author=author, nonce=nonce)
    return message


@transaction.atomic
def edit_message(*, message: Message, author: User, text: str) -> Message:
    """Replace the text of one's own message; publishes it after commit. Returns the message as it is now.

    Raises `Refused` when it is not `author`'s, is deleted, or was edited a moment ago; nothing is written then.
    """
    text = limits.check_text(text)
    message = _locked(message)
    if not rules.may_change(author, message):
        raise Refused("not_yours", _("You can only change your own messages, where you may write."))
    if message.text == text:
        return message
    now = timezone.now()
    limits.check_edit(message.edited_at, now)
    message.text, message.html, message.edited_at = text, render(text), now
    message.change = queries.advance(message.room).change
    message.save(update_fields=["text", "html", "edited_at", "change"])
    _publish(message)
    return message


@transaction.atomic
def delete_message(*, message: Message, actor: User) -> Message:
    """Take back one's own message, or as staff any; its place stays, its words go. Publishes after commit.

    Deleting again changes nothing. Raises `Refused` when `actor` may not.
    """
    message = _locked(message)
    if message.is_deleted and actor.pk == message.author_id:
        return message
    if not rules.may_delete(actor, message):
        raise Refused("not_yours", _("You can only delete your own messages, where you may write."))
    if message.is_deleted:
        return message
    message.text, message.html, message.deleted_at = "", "", timezone.now()
    message.change = queries.advance(message.room).change
    message.save(update_fields=["text", "html", "deleted_at", "change"])
    _publish(message)
    return message


def _must_write(author: User, room: Room) -> None:
    if room.is_closed:
        raise Refused("closed", _("This room is closed: it can be read, but nobody can write."))
    if not rules.may_write(author, room):
        raise Refused("not_allowed", _("You cannot write in this room."))


def _locked(message: Message) -> Message:
    """Return the message as it is now, with its room's row locked first: the same order as everywhere."""
    Room.objects.select_for_update().get(pk=message.room_id)
    return queries.shown().select_related("room").get(pk=message.pk)


def _publish(message: Message) -> None:
    frame = {"change": message.change, "message": queries.as_frame(message)}
    publish_on_commit(message.room.topic, frame)
