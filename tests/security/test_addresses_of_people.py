"""What forms tell about who has an account, and what they take as an address."""

import pytest
from django.contrib.auth import hashers

from conference.accounts.models import User
from conference.accounts.services import create_account
from conference.mail.models import Delivery

pytestmark = pytest.mark.django_db
TOO_LONG = "x" * 300 + "@example.org"


def test_signing_up_with_a_taken_address_takes_as_long_as_with_a_new_one(client, monkeypatch):
    create_account(email="a@example.org", name="A", password="a long good password", is_verified=True)
    hashed = []
    encode = hashers.Argon2PasswordHasher.encode
    monkeypatch.setattr(
        hashers.Argon2PasswordHasher, "encode", lambda self, *values: hashed.append(1) or encode(self, *values)
    )
    found = []
    for address in ("a@example.org", "new@example.org"):
        client.cookies.clear()
        values = {"email": address, "name": "A", "password1": "another long good password"}
        assert client.post("/accounts/signup/", values)["Location"] == "/accounts/confirm-email/"
        found.append(len(hashed))
        hashed.clear()
    assert found == [1, 1]


def test_an_address_that_no_mail_server_takes_makes_no_account(client):
    values = {"email": TOO_LONG, "name": "A", "password1": "another long good password"}
    answer = client.post("/accounts/signup/", values)
    assert answer.status_code == 200
    assert "too long" in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("address", ["/accounts/login/code/", "/accounts/password/reset/"])
def test_nothing_is_written_to_such_an_address(client, address):
    assert client.post(address, {"email": TOO_LONG}).status_code in {200, 302}
    assert not Delivery.objects.exists()
