"""Redis goes away and comes back, under a server with open sockets."""

import contextlib
import uuid

import pytest
from django.contrib.sessions.models import Session

from chat import services
from conference.stack.valkey import Valkey
from tests.browser import servers
from tests.factories import UserFactory
from tests.live.conftest import Socket, log_in


@pytest.fixture
def valkey(tmp_path):
    """A Redis of this test's own."""
    sockets = tmp_path / "s"
    sockets.mkdir(mode=0o700)
    made = Valkey(data=tmp_path / "valkey", sockets=sockets, log=tmp_path / "valkey.log", durable=False)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def lonely_server(valkey, tmp_path):
    """A server on that Redis."""
    address = servers.free_address()
    env = {**servers.environment(tmp_path / "var", address), "REDIS_URL": valkey.url()}
    ready = {"is_ready": lambda: servers.answers(address), "log": tmp_path / "web.log"}
    with servers.running(servers.web_command(address), env=env, **ready):
        yield address


def write(room, text):
    """Write from this process, which is on another Redis: no hint reaches the server."""
    return services.post_message(room=room, author=UserFactory(), text=text, nonce=uuid.uuid4())


def test_while_redis_is_away_rooms_go_on_and_access_still_ends(lonely_server, valkey, room, attendee, other):
    with contextlib.ExitStack() as stack:
        cookie = log_in(other).cookie
        writer = Socket(stack, lonely_server, room.edition.slug, log_in(attendee).cookie)
        reader = Socket(stack, lonely_server, room.edition.slug, cookie)
        reader.ok("open", topic=room.topic)
        writer.say(room, "before")
        assert reader.messages(room, 1, seconds=2)[0]["seq"] == 1

        valkey.stop()
        writer.say(room, "during")
        assert reader.messages(room, 1, seconds=6)[0]["seq"] == 2
        newcomer = Socket(stack, lonely_server, room.edition.slug, log_in(other).cookie)
        assert newcomer.ok("open", topic=room.topic)["change"] == 2
        writer.say(room, "still")
        assert newcomer.messages(room, 1, seconds=6)[0]["seq"] == 3
        assert reader.messages(room, 1, seconds=6)[0]["seq"] == 3

        valkey.start()
        writer.say(room, "after")
        assert reader.messages(room, 1, seconds=6)[0]["seq"] == 4
        assert newcomer.messages(room, 1, seconds=6)[0]["seq"] == 4
        write(room, "of which no hint came")
        assert reader.messages(room, 1, seconds=25)[0]["seq"] == 5  # the pulse finds it

        Session.objects.filter(session_key=cookie).delete()
        assert reader.close_code(seconds=30) == 4401
