"""Pages for what goes wrong: each says what happened and leads back."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.views import defaults

from tests.factories import EditionFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


def test_a_missing_page_leads_back_to_the_edition(client):
    edition = EditionFactory(slug="2031")
    client.force_login(RegistrationFactory(edition=edition).user)
    response = client.get("/2031/nowhere/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "There is no such page" in page
    assert 'class="button button--primary" href="/2031/"' in " ".join(page.split())


def test_a_form_without_its_token_changes_nothing_and_says_so():
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@example.org"})
    assert response.status_code == 403
    assert "That form was out of date" in response.content.decode()


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (defaults.server_error, 500, "Something broke on our side"),
        (lambda request: defaults.bad_request(request, ValueError()), 400, "did not understand"),
    ],
)
def test_a_broken_page_is_drawn_without_asking_the_database(answer, status, words, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with django_assert_num_queries(0):
        response = answer(request)
    page = response.content.decode()
    assert response.status_code == status
    assert words in page
