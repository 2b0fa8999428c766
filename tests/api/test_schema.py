"""The API's description: complete, without warnings, and open to everybody."""

import json

import pytest
from django.urls import reverse
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tests.factories import EditionFactory


@pytest.fixture
def schema():
    GENERATOR_STATS.reset()
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_schema_is_valid_and_drawn_without_warnings(schema):
    validate_schema(schema)
    assert not GENERATOR_STATS  # what it found stands in the captured output


def test_the_schema_names_what_the_edition_offers(schema):
    paths = set(schema["paths"])
    assert {"/api/v1/{edition}/papers/", "/api/v1/{edition}/papers/{key}/", "/api/v1/{edition}/sessions/"} <= paths


def test_every_operation_says_what_it_does(schema):
    silent = [
        f"{method} {path}"
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if not operation.get("description")
    ]
    assert not silent


@pytest.mark.django_db
def test_anybody_may_read_the_schema(client):
    answer = client.get(reverse("api-schema"), {"format": "json"})
    assert answer.status_code == 200
    assert json.loads(answer.content)["openapi"].startswith("3.")


@pytest.mark.django_db
def test_the_page_for_people_lists_every_operation_and_loads_nothing_foreign(client, schema):
    page = client.get(reverse("api-docs")).content.decode()
    for path in schema["paths"]:
        assert path in page
    assert 'src="http' not in page
    assert 'href="http' not in page


@pytest.mark.django_db
def test_what_the_api_answers_is_for_the_admitted_only(client):
    edition = EditionFactory()
    assert client.get(f"/api/v1/{edition.slug}/papers/").status_code == 401
