import pytest

from tests.factories import EditionFactory, RegistrationFactory


@pytest.fixture
def edition(db):
    return EditionFactory(slug="2031", zone="Europe/Berlin")


@pytest.fixture
def reader(client, edition):
    """A logged-in, registered attendee's client; `reader.zone("…")` chooses a time zone."""
    client.force_login(RegistrationFactory(edition=edition).user, "allauth.account.auth_backends.AuthenticationBackend")

    def zone(name):
        client.cookies["zone"] = name

    client.zone = zone
    client.get("/healthz")  # the first request of a login writes down the session; the others are what we count
    return client
