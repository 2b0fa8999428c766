from chat.models import Message, Room
from chat.registry import ROOM_ACCESS
from conference.accounts.models import User


def may_read(user: User, room: Room) -> bool:
    """Tell whether `user`, who is admitted to the room's edition, may see it. Closed for kinds nobody answers for."""
    return room.kind in ROOM_ACCESS and ROOM_ACCESS[room.kind](user, room)


def may_write(user: User, room: Room) -> bool:
    """Tell whether `user` may write into the room."""
    return user.is_active and not room.is_closed and may_read(user, room)


def may_change(user: User, message: Message) -> bool:
    """Tell whether `user` may edit the message: their own, where they may write."""
    return message.author_id == user.pk and message.deleted_at is None and may_write(user, message.room)


def may_delete(user: User, message: Message) -> bool:
    """Tell whether `user` may delete the message: their own, or any as staff, even in a closed room."""
    return may_change(user, message) or (user.is_active and user.is_staff)
