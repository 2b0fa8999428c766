"""Who may enter a room is its owner's business: papers, sessions and sponsors hand in a check for their kind."""

from collections.abc import Callable

from chat.models import Room
from conference.accounts.models import User
from conference.common.registry import Registry

# kind → may this person, who is admitted to the room's edition, be in the room? A kind without a check is closed.
ROOM_ACCESS: Registry[Callable[[User, Room], bool]] = Registry()
