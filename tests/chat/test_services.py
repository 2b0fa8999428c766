import datetime as dt
import threading
import uuid

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from chat import limits, queries, services
from chat.models import Message, Room
from conference.common.refused import Refused
from tests.factories import RoomFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_messages_of_a_room_are_numbered_without_gaps(say, room):
    assert [(m.seq, m.change) for m in (say(), say(), say())] == [(1, 1), (2, 2), (3, 3)]
    room.refresh_from_db()
    assert (room.last_seq, room.last_change) == (3, 3)


def test_a_repeated_nonce_returns_the_first_message(room, author):
    nonce = uuid.uuid4()
    first = services.post_message(room=room, author=author, text="One", nonce=nonce)
    again = services.post_message(room=room, author=author, text="Two", nonce=nonce)
    assert again == first
    assert again.text == "One"
    room.refresh_from_db()
    assert room.last_change == 1


def test_a_nonce_of_somebody_else_does_not_stand_in_the_way(room, author):
    nonce = uuid.uuid4()
    services.post_message(room=room, author=author, text="One", nonce=nonce)
    assert services.post_message(room=room, author=UserFactory(), text="Two", nonce=nonce).seq == 2


def test_an_edit_keeps_the_place_and_takes_a_new_change(say, author):
    message = say("Ons")
    say()
    edited = services.edit_message(message=message, author=author, text="**One**")
    assert (edited.seq, edited.change) == (1, 3)
    assert edited.html == "<p><strong>One</strong></p>\n"
    assert edited.edited_at


def test_an_edit_that_changes_nothing_writes_nothing(say, author):
    message = say("One")
    assert services.edit_message(message=message, author=author, text="One").change == 1


def test_a_message_is_edited_by_its_author_only_and_nothing_is_written(say):
    message = say("Mine")
    with pytest.raises(Refused, match="your own"):
        services.edit_message(message=message, author=UserFactory(), text="Yours")
    with pytest.raises(Refused, match="your own"):
        services.delete_message(message=message, actor=UserFactory())
    message.refresh_from_db()
    assert (message.text, message.change) == ("Mine", 1)


def test_a_deleted_message_keeps_its_place_and_loses_its_words(say, author, room):
    message = say("Sorry")
    gone = services.delete_message(message=message, actor=author)
    assert (gone.seq, gone.change, gone.text, gone.html) == (1, 2, "", "")
    assert services.delete_message(message=message, actor=author).change == 2
    with pytest.raises(Refused):
        services.edit_message(message=message, author=author, text="Back")


def test_staff_can_delete_any_message_even_in_a_closed_room(say, room):
    message = say("Spam")
    services.close_room(room=room, is_closed=True)
    assert services.delete_message(message=message, actor=UserFactory(is_staff=True)).is_deleted


def test_nobody_writes_edits_or_deletes_in_a_closed_room(say, room, author):
    message = say("Before")
    services.close_room(room=room, is_closed=True)
    room.refresh_from_db()
    with pytest.raises(Refused, match="closed"):
        services.post_message(room=room, author=author, text="After", nonce=uuid.uuid4())
    with pytest.raises(Refused):
        services.edit_message(message=message, author=author, text="After")
    with pytest.raises(Refused):
        services.delete_message(message=message, actor=author)


def test_a_room_of_a_kind_that_nobody_answers_for_is_closed(author):
    with pytest.raises(Refused):
        services.post_message(room=RoomFactory(kind="unheard"), author=author, text="Hello?", nonce=uuid.uuid4())
    assert not Message.objects.exists()


def test_an_inactive_person_cannot_write(room, author):
    author.is_active = False
    with pytest.raises(Refused):
        services.post_message(room=room, author=author, text="Hello?", nonce=uuid.uuid4())


@pytest.mark.parametrize(("text", "code"), [("", "empty"), (" \n ", "empty"), ("x" * 4001, "too_long")])
def test_an_empty_or_too_long_text_is_refused(room, author, text, code):
    with pytest.raises(Refused) as refusal:
        services.post_message(room=room, author=author, text=text, nonce=uuid.uuid4())
    assert refusal.value.code == code


def test_who_writes_too_fast_is_told_how_long_to_wait_and_nothing_is_written(room, author):
    for number in range(limits.IN_WINDOW):
        services.post_message(room=room, author=author, text=str(number), nonce=uuid.uuid4())
    with pytest.raises(Refused) as refusal:
        services.post_message(room=RoomFactory(kind="open"), author=author, text="more", nonce=uuid.uuid4())
    assert refusal.value.code == "too_fast"
    assert 1 <= refusal.value.retry_after <= 10
    assert Message.objects.count() == limits.IN_WINDOW


def test_the_pace_lets_go_when_the_window_has_moved_on():
    now = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
    recent = [now - dt.timedelta(seconds=seconds) for seconds in range(10)]
    with pytest.raises(Refused) as refusal:
        limits.check_pace(recent, now)
    assert refusal.value.retry_after == 1
    limits.check_pace(recent, now + dt.timedelta(seconds=1))


def test_a_message_is_not_edited_twice_in_a_moment(say, author):
    message = say("One")
    services.edit_message(message=message, author=author, text="Two")
    with pytest.raises(Refused) as refusal:
        services.edit_message(message=message, author=author, text="Three")
    assert refusal.value.retry_after == 2


def test_an_answer_names_a_message_of_the_same_room(say, author, room):
    first = say("Question")
    answer = say("Answer", reply_to=first)
    assert queries.as_frame(answer)["reply_to"] == {"seq": 1, "name": str(author)}
    with pytest.raises(Refused, match="no longer"):
        services.post_message(
            room=RoomFactory(kind="open"), author=author, text="Elsewhere", nonce=uuid.uuid4(), reply_to=first
        )


def test_what_is_new_since_a_change_is_all_of_it_and_in_order(say, author, room):
    first, _second, third = say("1"), say("2"), say("3")
    services.edit_message(message=first, author=author, text="1, better")
    services.delete_message(message=third, actor=author)
    messages, change, more = queries.changes_of(room, 2)
    assert [(m.seq, m.change) for m in messages] == [(1, 4), (3, 5)]
    assert (change, more) == (5, False)
    assert queries.changes_of(room, 5)[:2] == ([], 5)


def test_a_long_absence_is_made_good_in_batches(room, author):
    author.messages.model.objects.bulk_create(
        Message(room=room, author=author, seq=n, change=n, text=str(n), html=str(n)) for n in range(1, 451)
    )
    Room.objects.filter(pk=room.pk).update(last_seq=450, last_change=450)
    after, seen = 0, []
    more = True
    while more:
        messages, after, more = queries.changes_of(room, after)
        seen += [m.seq for m in messages]
    assert seen == list(range(1, 451))
    assert after == 450


def test_pages_go_back_to_the_beginning(room, author):
    Message.objects.bulk_create(
        Message(room=room, author=author, seq=n, change=n, text=str(n), html=str(n)) for n in range(1, 121)
    )
    page = queries.room_page(room, author)
    assert [page.messages[0].seq, page.messages[-1].seq, page.has_earlier] == [71, 120, True]
    page = queries.room_page(room, author, before=page.first_seq)
    assert [page.messages[0].seq, page.messages[-1].seq, page.has_earlier] == [21, 70, True]
    page = queries.room_page(room, author, before=page.first_seq)
    assert [page.messages[0].seq, page.messages[-1].seq, page.has_earlier] == [1, 20, False]


def test_the_queries_check_the_viewer_again(author):
    hidden = RoomFactory(kind="hidden")
    with pytest.raises(Room.DoesNotExist):
        queries.room_page(hidden, author)
    with pytest.raises(Room.DoesNotExist):
        queries.room_for(author, hidden.edition, hidden.key)


def test_long_names_are_shortened_to_what_a_room_can_have(room):
    services.rename_room(room=room, name="x" * 400)
    room.refresh_from_db()
    assert len(room.name) == 300


@pytest.mark.django_db(transaction=True)
def test_numbers_are_dense_when_fifty_write_at_once(room):
    authors = UserFactory.create_batch(50)
    ready = threading.Barrier(10)

    def write(group):
        ready.wait()
        for author in group:
            services.post_message(room=room, author=author, text="Now", nonce=uuid.uuid4())
        connections.close_all()

    at_once(write, [authors[n::10] for n in range(10)])
    numbers = Message.objects.filter(room=room).order_by("seq").values_list("seq", "change")
    assert list(numbers) == [(n, n) for n in range(1, 51)]


@pytest.mark.django_db(transaction=True)
def test_one_nonce_from_many_connections_at_once_makes_one_message(room, author):
    nonce, made = uuid.uuid4(), []
    ready = threading.Barrier(8)

    def write(_number):
        ready.wait()
        made.append(services.post_message(room=room, author=author, text="Once", nonce=nonce).seq)
        connections.close_all()

    at_once(write, range(8))
    assert made == [1] * 8
    room.refresh_from_db()
    assert (room.last_seq, room.last_change, room.messages.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_message_takes_three_queries_in_one_transaction(room, author):
    with CaptureQueriesContext(connection) as captured:
        services.post_message(room=room, author=author, text="Hello", nonce=uuid.uuid4())
    asked = [query["sql"] for query in captured if query["sql"] not in {"BEGIN", "COMMIT"}]
    assert len(asked) == 3, asked


@pytest.mark.django_db(transaction=True)
def test_a_message_that_is_rolled_back_is_not_published(room, author, monkeypatch):
    published = []
    monkeypatch.setattr("conference.live.publish.Publisher.submit", lambda _self, hint: published.append(hint))
    services.post_message(room=room, author=author, text="Hello", nonce=uuid.uuid4())
    assert [hint["change"] for hint in published] == [1]
    monkeypatch.setattr(queries, "as_frame", lambda _message: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.post_message(room=room, author=author, text="Hello", nonce=uuid.uuid4())
    assert len(published) == 1
    room.refresh_from_db()
    assert room.last_change == 1


def at_once(work, portions):
    threads = [threading.Thread(target=work, args=[portion]) for portion in portions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
