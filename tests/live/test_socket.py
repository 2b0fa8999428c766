import threading
import uuid

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from websockets.exceptions import InvalidStatus

from chat import services
from chat.models import Message
from conference.live.publish import look_again_on_commit, publish
from conference.people.models import EditionRole, Registration
from tests.factories import (
    EditionFactory,
    EditionRoleFactory,
    PaperFactory,
    RegistrationFactory,
    RoomFactory,
    UserFactory,
)
from tests.live.conftest import log_in


def refusal(join, *args, **options):
    with pytest.raises(InvalidStatus) as refused:
        join(*args, **options)
    return refused.value.response.status_code


# --- The handshake ----------------------------------------------------------------------------------------------------


def test_the_unregistered_are_refused_at_the_handshake(join, room):
    assert refusal(join, UserFactory(), room.edition) == 403
    assert refusal(join, None, room.edition, cookie="") == 403
    assert refusal(join, None, room.edition, cookie="nobodys") == 403


@pytest.mark.parametrize("status", ["invited", "cancelled"])
def test_a_registration_that_is_not_confirmed_does_not_let_in(join, room, status):
    user = RegistrationFactory(edition=room.edition, status=status).user
    assert refusal(join, user, room.edition) == 403


def test_a_role_lets_in_without_a_registration(join, room):
    user = EditionRoleFactory(edition=room.edition, role=EditionRole.Role.VOLUNTEER).user
    assert join(user, room.edition).ok("open", topic="edition") == {}


def test_a_registration_for_one_edition_does_not_open_another(join, attendee):
    assert refusal(join, attendee, EditionFactory()) == 403
    assert refusal(join, attendee, "nothing-here") == 403


def test_the_inactive_are_refused(join, room, attendee):
    cookie = log_in(attendee).cookie
    type(attendee).objects.filter(pk=attendee.pk).update(is_active=False)
    assert refusal(join, attendee, room.edition, cookie=cookie) == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", "null", None])
def test_a_handshake_from_elsewhere_is_refused(join, room, attendee, origin):
    assert refusal(join, attendee, room.edition, origin=origin) == 403


# --- Rooms ------------------------------------------------------------------------------------------------------------


def test_what_one_writes_the_other_reads_with_who_when_and_how(join, room, attendee, other):
    writer, reader = join(attendee, room.edition), join(other, room.edition)
    assert reader.ok("open", topic=room.topic) == {"change": 0, "changes": [], "more": False}
    writer.ok("open", topic=room.topic)
    assert writer.say(room, "Hello **you**") == {"seq": 1, "change": 1}
    [message] = reader.messages(room, 1)
    assert message["author"] == {"key": attendee.key, "name": attendee.name}
    assert message["html"] == "<p>Hello <strong>you</strong></p>\n"
    assert message["created_at"].endswith("Z")
    assert writer.messages(room, 1) == [message]


def test_a_retry_with_the_same_nonce_writes_once(join, room, attendee):
    socket, nonce = join(attendee, room.edition), str(uuid.uuid4())
    first = socket.ok("send", room=room.key, nonce=nonce, text="Once")
    assert socket.ok("send", room=room.key, nonce=nonce, text="Once") == first
    assert Message.objects.count() == 1


def test_edits_and_deletions_arrive_as_changes(join, room, attendee, other):
    writer, reader = join(attendee, room.edition), join(other, room.edition)
    reader.ok("open", topic=room.topic)
    writer.say(room, "Helo")
    assert writer.ok("edit", room=room.key, seq=1, text="Hello") == {"seq": 1, "change": 2}
    assert writer.ok("delete", room=room.key, seq=1) == {"seq": 1, "change": 3}
    _written, edited, deleted = reader.messages(room, 3)
    assert edited["html"] == "<p>Hello</p>\n"
    assert (deleted["seq"], deleted["html"], deleted["is_deleted"]) == (1, "", True)
    assert reader.error("edit", room=room.key, seq=1, text="Mine") == "not_yours"


def test_who_was_away_gets_what_changed_since(join, room, attendee, other):
    reader = join(other, room.edition)
    writer = join(attendee, room.edition)
    writer.say(room, "1")
    at = reader.ok("open", topic=room.topic)["change"]
    reader.wire.close()
    for text in "234":
        writer.say(room, text)
    back = join(other, room.edition).ok("open", topic=room.topic, after=at)
    assert [message["seq"] for message in back["changes"]] == [2, 3, 4]
    assert back["change"] == 4


def test_what_happens_between_opening_and_fetching_is_not_missed(join, room, other):
    stop = threading.Event()

    def write():
        while not stop.is_set():
            services.post_message(room=room, author=UserFactory(), text="More", nonce=uuid.uuid4())
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _round in range(5):
            reader = join(other, room.edition)
            opened = reader.ok("open", topic=room.topic, after=0)
            last = opened["change"]
            while last < opened["change"] + 5:
                change = reader.event(room.topic)["change"]
                assert change <= last + 1, "a gap"
                last = max(last, change)
            reader.wire.close()
    finally:
        stop.set()
        thread.join()


def test_the_author_is_the_sockets_reader_whatever_the_frame_says(join, room, attendee, other):
    socket = join(attendee, room.edition)
    extra = {"author": other.key}
    assert socket.error("send", room=room.key, nonce=str(uuid.uuid4()), text="I am you", **extra) == "invalid"
    assert not Message.objects.exists()


def test_rooms_of_other_editions_and_kinds_are_not_there(join, room, attendee):
    socket = join(attendee, room.edition)
    elsewhere, unheard = PaperFactory().room, RoomFactory(edition=room.edition, kind="unheard")
    for hidden in (elsewhere, unheard):
        assert socket.error("open", topic=hidden.topic) == "not_found"
        assert socket.error("send", room=hidden.key, nonce=str(uuid.uuid4()), text="Hello?") == "not_found"
    assert socket.error("open", topic="room:nothing") == "not_found"
    assert not Message.objects.exists()


def test_a_room_that_was_refused_sends_nothing(join, room, attendee):
    socket = join(attendee, room.edition)
    elsewhere = PaperFactory().room
    socket.error("open", topic=elsewhere.topic)
    services.post_message(room=elsewhere, author=UserFactory(), text="Private", nonce=uuid.uuid4())
    services.post_message(room=room, author=UserFactory(), text="Public", nonce=uuid.uuid4())
    socket.ok("open", topic=room.topic)
    services.post_message(room=room, author=UserFactory(), text="Public", nonce=uuid.uuid4())
    socket.messages(room, 1)
    assert not [frame for frame in socket.frames if frame.get("on") == elsewhere.topic]


# --- The door ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"text": {"not": "text"}},
        {"text": ["a"]},
        {"text": 7},
        {"text": None},
        {"room": 1},
        {"nonce": 5},
        {"nonce": "not a uuid"},
        {"reply_to": True},
        {"reply_to": -1},
        {"reply_to": 2**40},
        {"html": "<script>"},
        {"text": "x" * 20_000},
    ],
)
def test_a_field_that_is_not_what_it_should_be_is_refused_and_harms_no_reader(join, room, attendee, other, fields):
    reader, writer = join(other, room.edition), join(attendee, room.edition)
    reader.ok("open", topic=room.topic)
    good = {"room": room.key, "nonce": str(uuid.uuid4()), "text": "Hello"}
    assert writer.error("send", **(good | fields)) == "invalid"
    assert not Message.objects.exists()
    writer.say(room)
    assert reader.messages(room, 1)[0]["seq"] == 1


@pytest.mark.parametrize(
    "frame", ["no json", "[]", '"text"', "7", '{"do": "explode"}', '{"id": 1}', '{"do": "ping", "id": "1"}']
)
def test_what_no_client_of_ours_sends_closes_the_socket(join, room, attendee, frame):
    socket = join(attendee, room.edition)
    socket.wire.send(frame)
    assert socket.close_code() == 4400


def test_a_binary_frame_closes_the_socket(join, room, attendee):
    socket = join(attendee, room.edition)
    socket.wire.send(b"{}")
    assert socket.close_code() == 4400


def test_a_frame_beyond_64_kb_closes_the_socket(join, room, attendee, other):
    reader, writer = join(other, room.edition), join(attendee, room.edition)
    reader.ok("open", topic=room.topic)
    writer.wire.send('{"do": "ping", "x": "' + "x" * 70_000 + '"}')
    assert writer.close_code() in {1009, 4400}
    assert reader.ok("open", topic=room.topic)["more"] is False


def test_a_flood_closes_the_socket_of_who_sends_it_alone(join, room, attendee, other):
    reader, writer = join(other, room.edition), join(attendee, room.edition)
    for _i in range(200):
        try:
            writer.send(do="ping")
        except Exception:  # noqa: BLE001 - closed already
            break
    assert writer.close_code() == 4429
    assert reader.ok("open", topic=room.topic)["change"] == 0


def test_who_writes_too_fast_is_told_how_long_to_wait(join, room, attendee):
    socket = join(attendee, room.edition)
    for _i in range(10):
        socket.say(room)
    error = socket.do("send", room=room.key, nonce=str(uuid.uuid4()), text="One more")["error"]
    assert error["code"] == "too_fast"
    assert error["retry_after"] >= 1
    assert error["text"]


def test_a_ping_is_answered(join, room, attendee):
    socket = join(attendee, room.edition)
    socket.send(do="ping")
    assert socket.event("pulse")["rooms"] == {}


# --- Topics of the edition and of a person ----------------------------------------------------------------------------


def test_what_is_published_for_the_edition_reaches_who_opened_it(join, room, attendee):
    socket, elsewhere = join(attendee, room.edition), EditionFactory()
    socket.ok("open", topic="edition")
    assert publish(f"edition:{elsewhere.slug}", {"kind": "schedule", "session": "other"})
    assert publish(f"edition:{room.edition.slug}", {"kind": "schedule", "session": "s1"})
    assert socket.event("edition") == {"on": "edition", "kind": "schedule", "session": "s1"}


def test_what_is_for_one_person_reaches_only_them(join, room, attendee, other):
    mine, theirs = join(attendee, room.edition), join(other, room.edition)
    for socket in (mine, theirs):
        socket.ok("open", topic="me")
    assert publish(f"me:{attendee.key}", {"kind": "mention"})
    assert mine.event("me")["kind"] == "mention"
    assert publish(f"me:{other.key}", {"kind": "other"})
    assert theirs.event("me")["kind"] == "other"
    assert mine.error("open", topic=f"me:{other.key}") == "not_found"


def test_a_closed_topic_is_silent(join, room, attendee):
    socket = join(attendee, room.edition)
    socket.ok("open", topic=room.topic)
    socket.ok("open", topic="edition")
    socket.ok("close", topic=room.topic)
    services.post_message(room=room, author=UserFactory(), text="Anybody?", nonce=uuid.uuid4())
    publish(f"edition:{room.edition.slug}", {"kind": "last"})
    socket.event("edition")
    assert not socket.frames


def test_how_many_are_here_counts_people_not_tabs(join, room, attendee, other):
    paper = PaperFactory(edition=room.edition)
    topic = f"here:paper:{paper.key}"
    first, second, third = (join(user, room.edition) for user in (attendee, attendee, other))
    for socket in (first, second, third):
        socket.ok("open", topic=topic)
    assert first.expect(lambda frame: frame.get("count") == 2)["on"] == topic
    third.wire.close()
    first.expect(lambda frame: frame.get("count") == 1)
    assert first.error("open", topic="here:paper:nothing") == "not_found"


# --- Revocation -------------------------------------------------------------------------------------------------------


def test_logging_out_closes_the_sockets_of_that_session_alone(join, room, attendee):
    laptop, phone = log_in(attendee), log_in(attendee)
    on_laptop = join(attendee, room.edition, cookie=laptop.cookie)
    on_phone = join(attendee, room.edition, cookie=phone.cookie)
    laptop.logout()
    assert on_laptop.close_code(seconds=5) == 4401
    assert on_phone.ok("open", topic="edition") == {}


def test_ending_a_session_from_the_list_closes_its_sockets(join, room, attendee):
    client = log_in(attendee)
    socket = join(attendee, room.edition, cookie=client.cookie)
    Session.objects.get(session_key=client.cookie).delete()
    assert socket.close_code(seconds=5) == 4401


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "another"}])
def test_deactivation_and_a_new_password_close_the_sockets(join, room, attendee, change):
    socket = join(attendee, room.edition)
    for name, value in change.items():
        setattr(attendee, name, value)
    attendee.save()
    assert socket.close_code(seconds=5) == 4401


def test_a_cancelled_registration_closes_the_sockets_of_that_edition(join, room, attendee):
    elsewhere = RegistrationFactory(user=attendee).edition
    socket, other_socket = join(attendee, room.edition), join(attendee, elsewhere)
    Registration.objects.filter(user=attendee, edition=room.edition).update(status="cancelled")
    look_again_on_commit(attendee.key)
    assert socket.close_code(seconds=5) == 4401
    assert other_socket.ok("open", topic="edition") == {}


def test_the_next_command_of_who_may_no_longer_be_here_is_refused(join, room, attendee):
    socket = join(attendee, room.edition)
    socket.ok("open", topic=room.topic)
    Registration.objects.filter(user=attendee).update(status="cancelled")  # nobody told the hub
    socket.send(id=1, do="send", room=room.key, nonce=str(uuid.uuid4()), text="Still here?")
    assert socket.close_code(seconds=5) == 4401
    assert not Message.objects.exists()
