"""A real uvicorn on the test's own database and Redis, and clients that speak WebSocket with it."""

import contextlib
import json
import time
import uuid

import pytest
from django.conf import settings
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from chat.registry import ROOM_ACCESS
from tests.browser import servers
from tests.factories import PaperFactory, RegistrationFactory

SECONDS = 10


@pytest.fixture(autouse=True)
def _committed(transactional_db):
    """Rows are committed, for the server to see, and emptied after the test."""


@pytest.fixture(scope="package")
def server(django_db_setup, django_db_blocker, tmp_path_factory):
    """The address of a server, started as `manage.py up` starts it."""
    address, var = servers.free_address(), tmp_path_factory.mktemp("live")
    with django_db_blocker.unblock():
        env = servers.environment(var, address)
    ready = {"is_ready": lambda: servers.answers(address), "log": var / "web.log"}
    with servers.running(servers.web_command(address), env=env, **ready):
        yield address
    log = (var / "web.log").read_text()
    assert "Traceback" not in log, log


class Socket:
    """A client that remembers what came while it waited for something else."""

    def __init__(self, stack, address, edition, cookie, **options):
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"} if cookie else {}
        options.setdefault("origin", address)
        url = f"{address.replace('http', 'ws')}/ws/{edition}/"
        connection = connect(url, additional_headers=headers, compression=None, proxy=None, max_queue=None, **options)
        self.wire = stack.enter_context(connection)
        self.frames, self.number = [], 0

    def do(self, do, **fields):
        """Send a command and return its answer."""
        self.number += 1
        self.send(id=self.number, do=do, **fields)
        return self.expect(lambda frame: frame.get("id") == self.number)

    def ok(self, do, **fields):
        answer = self.do(do, **fields)
        assert "ok" in answer, answer
        return answer["ok"]

    def error(self, do, **fields):
        return self.do(do, **fields)["error"]["code"]

    def send(self, **frame):
        self.wire.send(json.dumps(frame))

    def say(self, room, text="Hello", **fields):
        return self.ok("send", room=room.key, nonce=str(uuid.uuid4()), text=text, **fields)

    def expect(self, fits, seconds=SECONDS):
        """Return the first frame that fits, of those that came and will come."""
        deadline = time.monotonic() + seconds
        while True:
            for frame in self.frames:
                if fits(frame):
                    self.frames.remove(frame)
                    return frame
            got = json.loads(self.wire.recv(timeout=max(0, deadline - time.monotonic())))
            self.frames += got if isinstance(got, list) else [got]

    def event(self, on, seconds=SECONDS):
        return self.expect(lambda frame: frame.get("on") == on, seconds)

    def messages(self, room, number, seconds=SECONDS):
        """Return the next so many messages of a room."""
        return [self.event(f"room:{room.key}", seconds)["message"] for _i in range(number)]

    def close_code(self, seconds=SECONDS):
        """Wait until the server closes; return the code."""
        deadline = time.monotonic() + seconds
        try:
            while True:
                self.wire.recv(timeout=max(0, deadline - time.monotonic()))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


def log_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    return client


@pytest.fixture
def join(server):
    """Open a socket of the edition for a user; closed after the test."""
    stack = contextlib.ExitStack()

    def open_socket(user, edition, *, cookie=None, **options):
        cookie = log_in(user).cookie if cookie is None else cookie
        return Socket(stack, server, edition if isinstance(edition, str) else edition.slug, cookie, **options)

    with stack:
        yield open_socket


@pytest.fixture
def room():
    """A room that the server knows how to open: a paper's."""
    if "paper" not in ROOM_ACCESS:
        pytest.fail("papers hands in no check for its rooms")
    return PaperFactory().room


@pytest.fixture
def attendee(room):
    return RegistrationFactory(edition=room.edition).user


@pytest.fixture
def other(room):
    return RegistrationFactory(edition=room.edition).user
