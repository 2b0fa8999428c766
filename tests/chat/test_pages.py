import uuid

import pytest

from chat import services
from chat.models import Message
from tests.factories import RoomFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, room, author):
    client.force_login(author, backend="allauth.account.auth_backends.AuthenticationBackend")
    return f"/{room.edition.slug}/chat/{room.key}/"


def form(**fields):
    return {"nonce": str(uuid.uuid4()), "text": "Hello", **fields}


def test_a_page_shows_the_last_messages_and_leads_to_earlier_ones(client, page, room, author):
    Message.objects.bulk_create(
        Message(room=room, author=author, seq=n, change=n, text=str(n), html=f"<p>No. {n}.</p>") for n in range(1, 61)
    )
    text = client.get(page).text
    assert "No. 60." in text
    assert "No. 10." not in text
    assert "?before=11" in text
    assert "No. 10." in client.get(f"{page}?before=11").text


def test_sending_a_form_twice_writes_once_and_leads_back(client, page):
    fields = form(next="/somewhere/here/")
    for _i in range(2):
        response = client.post(page, fields)
        assert (response.status_code, response["Location"]) == (302, "/somewhere/here/#chat-end")
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example", ""]
)
def test_the_form_leads_nowhere_else(client, page, elsewhere):
    assert client.post(page, form(next=elsewhere))["Location"] == f"{page}#chat-end"


def test_a_refused_message_comes_back_with_its_text_and_the_reason(client, page, room, author):
    for _i in range(10):
        services.post_message(room=room, author=author, text="Hello", nonce=uuid.uuid4())
    response = client.post(page, form(text="My long thoughts"))
    assert response.status_code == 429
    assert "My long thoughts" in response.text
    assert "You can write again in" in response.text


def test_a_closed_room_has_no_form(client, page, room):
    services.close_room(room=room, is_closed=True)
    response = client.get(page)
    assert "chat__form" not in response.text
    assert "nobody can write" in response.text


def test_hidden_rooms_are_not_there(client, page, room):
    hidden = RoomFactory(edition=room.edition, kind="hidden")
    assert client.get(f"/{room.edition.slug}/chat/{hidden.key}/").status_code == 404
    assert client.post(f"/{room.edition.slug}/chat/{hidden.key}/", form()).status_code == 404


def test_a_deleted_message_shows_that_it_was_there(client, page, say, author):
    services.delete_message(message=say("Secret"), actor=author)
    text = client.get(page).text
    assert "Secret" not in text
    assert "This message was deleted." in text


@pytest.mark.parametrize("number", [1, 3, 60])
def test_the_page_of_a_room_takes_the_same_few_queries(client, page, room, number, django_assert_max_num_queries):
    authors = UserFactory.create_batch(number)
    Message.objects.bulk_create(
        Message(room=room, author=author, seq=n, change=n, text="x", html="x") for n, author in enumerate(authors, 1)
    )
    client.get(page)
    with django_assert_max_num_queries(12):
        assert client.get(page).status_code == 200


# --- Admin ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def staff(client):
    client.force_login(
        UserFactory(is_staff=True, is_superuser=True), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def test_staff_find_a_message_and_delete_it_through_the_service(staff, say):
    message = say("Buy my boots")
    assert "Buy my boots" in staff.get("/admin/chat/message/?q=boots").text
    staff.post(f"/admin/chat/message/{message.pk}/delete/", {"post": "yes"})
    message.refresh_from_db()
    assert message.is_deleted
    assert message.change == 2


def test_staff_close_a_room(staff, room):
    staff.post(f"/admin/chat/room/{room.pk}/change/", {"is_closed": "on"})
    room.refresh_from_db()
    assert room.is_closed


@pytest.mark.parametrize("number", [1, 3, 60])
@pytest.mark.parametrize("model", ["message", "room"])
def test_admin_lists_take_at_most_twelve_queries(staff, number, model, django_assert_max_num_queries):
    for n in range(1, number + 1):
        Message.objects.create(room=RoomFactory(), author=UserFactory(), seq=n, change=n, text="x", html="x")
    with django_assert_max_num_queries(12):
        assert staff.get(f"/admin/chat/{model}/").status_code == 200
