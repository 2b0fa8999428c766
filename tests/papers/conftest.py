"""An edition with a reader, and a way to make its papers as an importer does."""

import pytest

from papers import services
from papers.services import AuthorLine
from tests.factories import EditionFactory, RegistrationFactory


@pytest.fixture
def edition(db):
    return EditionFactory(slug="2031")


@pytest.fixture
def make_paper(edition):
    def make(title="A paper", authors=(), keywords=(), **values):
        lines = [AuthorLine(name) for name in authors]
        values = {"title": title, **values}
        return services.create_paper(edition=edition, values=values, authors=lines, keywords=keywords)

    return make


@pytest.fixture
def reader(edition):
    return RegistrationFactory(edition=edition).user


@pytest.fixture
def admitted(client, reader):
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get("/accounts/password/change/")  # the first page of a session writes down where it is from
    return client
