"""Requests that no browser of ours sends: each is refused, and none is an error of the server."""

import json
import logging.config
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.test import Client

from chat.models import Message
from conference.accounts.services import create_account
from conference.api import DrawnOnce
from conference.common.refused import Refused
from conference.live import frames, socket
from conference.live.registry import COMMANDS
from tests.factories import EditionFactory, RegistrationFactory, RoomFactory

pytestmark = pytest.mark.django_db
WITH_NUL = [
    "/%00",
    "/2031/%00/",
    "/2031/papers/a%00b/",
    "/2031/schedule/%00/",
    "/2031/schedule/%00/changes/1/",
    "/2031/chat/%00/",
    "/2031/help/?q=%00",
    "/2031/papers/?page=%00",
    "/api/v1/2031/rooms/%00/changes",
    "/api/v1/2031/papers/%00/",
]
# Bodies of a message. Written out, since Python's own writer refuses most of them.
BODIES = {
    "half a character": '{"nonce":"NONCE","text":"a\\ud800b"}',
    "half a character in a name": '{"nonce":"NONCE","text":"x","\\ud800":1}',
    "endless nesting": "[" * 60_000,
    "nested text": '{"nonce":"NONCE","text":' + "[" * 30_000 + "]" * 30_000 + "}",
    "a number beyond all": '{"nonce":"NONCE","text":"x","reply_to":' + "9" * 5_000 + "}",
    "not a number": '{"nonce":"NONCE","text":NaN}',
    "nothing": "",
    "half of UTF-8": b'{"text":"\xff\xfe"}',
}


@pytest.fixture
def reader(client):
    edition = EditionFactory(slug="2031")
    RoomFactory(edition=edition, key="r1")
    client.force_login(RegistrationFactory(edition=edition).user)
    return client


@pytest.mark.parametrize("address", WITH_NUL)
def test_nul_in_an_address_is_refused_for_everybody_alike(reader, address):
    assert reader.get(address).status_code == 400
    assert Client().get(address).status_code == 400


@pytest.mark.parametrize("name", ["session", "csrf", "zone", "messages"])
def test_nul_in_a_cookie_is_refused(client, name):
    answer = client.get("/accounts/login/", HTTP_COOKIE=f'{name}="abcdefgh\\000"')
    assert answer.status_code == 400
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_hostile_body_is_refused_and_nothing_is_written(reader, body):
    if isinstance(body, str):
        body = body.replace("NONCE", str(uuid.uuid4()))
    answer = reader.generic("POST", "/api/v1/2031/rooms/r1/messages", body, content_type="application/json")
    assert answer.status_code == 400
    assert not Message.objects.exists()


def test_a_body_is_read_as_utf_8_whatever_it_says(reader):
    body = json.dumps({"nonce": str(uuid.uuid4()), "text": "+ADw-"})
    kind = "application/json; charset=utf-7"
    assert reader.generic("POST", "/api/v1/2031/rooms/r1/messages", body, content_type=kind).status_code == 201
    assert Message.objects.get().text == "+ADw-"


def test_half_a_character_is_no_text_on_the_socket():
    with pytest.raises(ValueError, match="surrogates"):
        frames.string(10)("a\ud800")
    for frame in BODIES.values():
        if isinstance(frame, str):
            with pytest.raises(frames.Unacceptable):
                frames.read(frame)


@pytest.mark.parametrize("name", ["a\x00", "\x00", "../r1", "", "x" * 65, "r1\n", 1, None, ["r1"]])
def test_what_is_no_key_names_no_room(name):
    with pytest.raises(Refused, match="room"):
        frames.fields(COMMANDS["delete"], {"room": name, "seq": 1})


@pytest.mark.parametrize("origin", ["", "null", "http://[", "http://[::1", "http://127.0.0.1@evil.example", "file://"])
def test_no_origin_upsets_the_door_of_the_socket(settings, origin):
    for is_debug in (True, False):
        settings.DEBUG = is_debug
        assert not socket.is_our_origin(origin, "127.0.0.1:8000")
        assert not socket.is_our_origin(origin, origin.removeprefix("http://"))


def test_the_schema_can_be_asked_for_by_many_at_once():
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _number: DrawnOnce().get_schema(), range(8)))
    assert all(schema is found[0] for schema in found)


def test_a_long_name_of_a_browser_logs_in_like_any_other(client):
    create_account(email="a@example.org", name="A", password="a long good password", is_verified=True)
    values = {"login": "a@example.org", "password": "a long good password"}
    assert client.post("/accounts/login/", values, HTTP_USER_AGENT="\xff" * 5_000).status_code == 302


def test_a_log_line_is_json_whatever_is_in_it():
    configurator = logging.config.DictConfigurator(settings.LOGGING)
    formatter = configurator.configure_formatter(configurator.config["formatters"]["json"])
    record = logging.LogRecord("hostile", logging.WARNING, "f", 1, "Ada\nERROR %s", ("x\r\n\ud800",), None)
    line = formatter.format(record)
    assert "\n" not in line
    assert json.loads(line)["event"].startswith("Ada\nERROR x")
