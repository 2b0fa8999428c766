import json
import uuid

import pytest
from django.test import Client

from chat import services
from chat.models import Message
from tests.factories import RegistrationFactory, RoomFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(room, author):
    """Ask the API of the room as its author, or as somebody else."""

    def ask(method, path, body=None, *, user=author, key=room.key):
        client = Client()
        if user:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(client, method)(f"/api/v1/{room.edition.slug}/rooms/{key}/{path}", **data)

    return ask


def a_message(**fields):
    return {"nonce": str(uuid.uuid4()), "text": "Hello", **fields}


def test_a_message_is_sent_once_and_found_among_the_changes(api):
    body = a_message(text="Hello *you*")
    assert api("post", "messages", body).json() == {"seq": 1, "change": 1}
    assert api("post", "messages", body).json() == {"seq": 1, "change": 1}
    found = api("get", "changes?after=0").json()
    assert (found["change"], found["more"], len(found["changes"])) == (1, False, 1)
    assert found["changes"][0]["html"] == "<p>Hello <em>you</em></p>\n"
    assert api("get", "changes?after=1").json()["changes"] == []


def test_one_edits_and_deletes_ones_own_messages(api, say):
    say("Helo")
    assert api("get", "messages/1").json()["text"] == "Helo"
    assert api("patch", "messages/1", {"text": "Hello"}).json() == {"seq": 1, "change": 2}
    assert api("delete", "messages/1").json() == {"seq": 1, "change": 3}
    assert api("get", "messages/1").json()["text"] == ""


def test_other_peoples_messages_are_out_of_reach(api, say, room):
    say("Mine")
    other = RegistrationFactory(edition=room.edition).user
    assert api("patch", "messages/1", {"text": "Yours"}, user=other).status_code == 403
    assert api("delete", "messages/1", user=other).status_code == 403
    assert Message.objects.get().text == "Mine"


def test_the_anonymous_get_401_and_outsiders_403_whether_the_room_is_there_or_not(api, room):
    outsider = UserFactory()
    for key in (room.key, "nothing"):
        for method, path in (("get", "changes"), ("get", "messages"), ("post", "messages"), ("get", "messages/1")):
            assert api(method, path, {} if method == "post" else None, user=None, key=key).status_code == 401
            assert api(method, path, {} if method == "post" else None, user=outsider, key=key).status_code == 403


def test_hidden_rooms_and_rooms_of_other_editions_are_not_there(api, room):
    for hidden in (RoomFactory(edition=room.edition, kind="hidden"), RoomFactory(kind="open")):
        assert api("get", "changes", key=hidden.key).status_code == 404
        assert api("post", "messages", a_message(), key=hidden.key).status_code == 404
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "text",
        {"text": "Hello"},
        {"nonce": "x", "text": "Hello"},
        a_message(text={"a": 1}),
        a_message(text=5),
        a_message(author="somebody"),
        a_message(html="<b>"),
        a_message(reply_to="1"),
        a_message(text=""),
        a_message(text="x" * 4001),
    ],
)
def test_a_body_that_is_not_what_it_should_be_is_refused(api, body):
    response = api("post", "messages", body)
    assert response.status_code == 400
    assert response.json()["error"]["text"]
    assert not Message.objects.exists()


def test_a_large_body_is_refused_before_it_is_read(api):
    response = api("post", "messages", a_message(text="x" * 900_000))
    assert response.status_code == 413


def test_who_is_too_fast_is_told_when_to_come_back(api, room, author):
    for _i in range(10):
        services.post_message(room=room, author=author, text="Hello", nonce=uuid.uuid4())
    response = api("post", "messages", a_message())
    assert response.status_code == 429
    assert int(response["Retry-After"]) == response.json()["error"]["retry_after"]


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=99999999999999999999", "after=²"])
def test_a_cursor_that_is_no_number_is_refused(api, query):
    assert api("get", f"changes?{query}").status_code == 400


def test_an_answer_names_what_it_answers(api, say):
    say("Question")
    assert api("post", "messages", a_message(reply_to=1)).status_code == 201
    assert api("get", "messages/2").json()["reply_to"]["seq"] == 1
    assert api("post", "messages", a_message(reply_to=7)).status_code == 404


def test_pages_of_earlier_messages_end_at_the_first(api, room, author):
    Message.objects.bulk_create(
        Message(room=room, author=author, seq=n, change=n, text=str(n), html=str(n)) for n in range(1, 71)
    )
    page = api("get", "messages?before=61").json()
    assert (page["messages"][0]["seq"], page["messages"][-1]["seq"], page["has_earlier"]) == (11, 60, True)
    page = api("get", "messages?before=11").json()
    assert (len(page["messages"]), page["has_earlier"]) == (10, False)
