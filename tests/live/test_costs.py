"""What a join and a send cost: queries, and database sessions of the server."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import services
from chat.models import Message, Room
from conference.live import frames, readers, socket
from conference.live.registry import COMMANDS, TOPICS
from tests.factories import RegistrationFactory, UserFactory
from tests.live.conftest import log_in

BESIDE = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def queries_of(work):
    with CaptureQueriesContext(connection) as captured:
        work()
    return [query["sql"] for query in captured if not query["sql"].startswith(BESIDE)]


@pytest.fixture
def reader(room, attendee):
    return readers.enter(log_in(attendee).cookie, room.edition.slug)


@pytest.mark.parametrize("number", [1, 3, 60])
def test_a_room_opens_in_at_most_six_queries(reader, room, number):
    Message.objects.bulk_create(
        Message(room=room, author=author, seq=n, change=n, text="x", html="x")
        for n, author in enumerate(UserFactory.create_batch(number), 1)
    )
    Room.objects.filter(pk=room.pk).update(last_seq=number, last_change=number)
    asked = queries_of(lambda: socket._look(reader, TOPICS["room"], room.key, None))  # noqa: SLF001 - the part in a thread
    assert len(asked) <= 6, asked


@pytest.mark.parametrize("is_answer", [False, True])
def test_a_send_takes_at_most_five_queries_its_check_of_access_included(reader, room, is_answer):
    services.post_message(room=room, author=UserFactory(), text="Question", nonce=uuid.uuid4())
    given = {"room": room.key, "nonce": str(uuid.uuid4()), "text": "Hello", **({"reply_to": 1} if is_answer else {})}
    fields = frames.fields(COMMANDS["send"], given)
    asked = queries_of(lambda: socket._do(reader, COMMANDS["send"], fields))  # noqa: SLF001
    assert len(asked) <= 5, asked
    assert room.messages.count() == 2


def test_looking_again_at_many_readers_takes_two_queries(room):
    people = RegistrationFactory.create_batch(20, edition=room.edition)
    here = [readers.enter(log_in(person.user).cookie, room.edition.slug) for person in people]
    asked = queries_of(lambda: readers.look_again_at(here))
    assert len(asked) == 2, asked


def test_two_hundred_joins_and_sends_open_no_database_session_beyond_the_pool(join, room):
    people = [registration.user for registration in RegistrationFactory.create_batch(40, edition=room.edition)]
    cookies = [log_in(user).cookie for user in people]
    before = sessions()
    joined = []

    def enter(cookie):
        member = join(None, room.edition, cookie=cookie)
        member.ok("open", topic=room.topic)
        joined.append(member)

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(enter, cookies * 5))
    for member in joined[:20]:
        member.say(room)
    assert sessions() - before <= settings.LIVE_THREADS


def sessions():
    """Return the number of client sessions of this test's database, ours included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0]
