import uuid

import pytest

from chat import services
from chat.registry import ROOM_ACCESS
from tests.factories import RegistrationFactory, RoomFactory

ROOM_ACCESS.register("open", lambda _user, _room: True)
ROOM_ACCESS.register("hidden", lambda _user, _room: False)


@pytest.fixture
def room(db):
    return RoomFactory(kind="open")


@pytest.fixture
def author(room):
    return RegistrationFactory(edition=room.edition).user


@pytest.fixture
def say(room, author):
    """Write a message, at any pace."""

    def write(text="Hello", *, by=None, **fields):
        by = by or author
        by.messages.update(created_at="2020-01-01T00:00:00Z")
        return services.post_message(room=room, author=by, text=text, nonce=uuid.uuid4(), **fields)

    return write
