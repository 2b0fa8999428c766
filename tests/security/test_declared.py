"""Default deny: whatever can be asked for says who may ask, and the list of what is public stands here."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from conference.common import access
from conference.common.access import Access
from conference.live.registry import COMMANDS, TOPICS
from conference.people.gate import DeclaredAccess, GateMiddleware, declaration_of
from tests.factories import EditionFactory, RegistrationFactory
from tests.security import walk

VIEWS = list(walk.views())
PUBLIC = {
    *("healthz", "readyz", "root", "zone", "invitation", "edition", "edition-accent", "edition-file"),
    *("api-schema", "api-docs"),
    "dev-mail",  # answers 404 without DEBUG
}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.route)
def test_every_view_says_who_may_use_it(view):
    assert isinstance(declaration_of(view), Access)


def test_the_public_set_is_this_one():
    ours = [view for view in VIEWS if not view.func.__module__.startswith("allauth.")]
    assert {view.name for view in ours if declaration_of(view) == access.PUBLIC} == PUBLIC


def test_under_an_edition_only_the_landing_page_and_what_it_shows_are_public():
    inside = [view for view in VIEWS if "<str:edition>" in view.route]
    assert len(inside) > 10
    public = {view.name for view in inside if declaration_of(view) == access.PUBLIC}
    assert public == {"edition", "edition-accent", "edition-file"}


def test_all_of_admin_is_for_staff():
    inside = [view for view in VIEWS if view.route.startswith("admin/")]
    assert len(inside) > 50
    assert {declaration_of(view) for view in inside} == {access.STAFF}


def test_every_api_view_asks_the_gate_again_whatever_its_action():
    api = [view for view in VIEWS if hasattr(view.func, "cls") and declaration_of(view) != access.PUBLIC]
    found = [view.func.cls for view in api if issubclass(view.func.cls, APIView)]
    assert found
    for view in found:
        assert isinstance(getattr(view, "access", None), Access), view
        assert DeclaredAccess in view.permission_classes, view
        assert AllowAny not in view.permission_classes


@pytest.mark.parametrize("registry", [TOPICS, COMMANDS], ids=["topics", "commands"])
def test_every_topic_and_command_of_the_socket_says_who_may_use_it(registry):
    assert len(registry)
    for name in registry:
        assert isinstance(registry[name].access, Access), name
        assert registry[name].access not in {access.PUBLIC, access.SIGNED_IN}, name


def _undeclared(_request, **_kwargs):
    raise AssertionError("the gate let somebody in")


urlpatterns = [
    path("accounts/new/", _undeclared),
    path("api/v1/new/", _undeclared),
    path("<str:edition>/new/", _undeclared),
]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_view_that_says_nothing_is_open_to_nobody(rf, monkeypatch, admin_user):
    monkeypatch.setattr("conference.people.gate.redirect_to_login", lambda *_args: HttpResponse(status=302))
    monkeypatch.setattr("conference.people.gate.render", lambda *_args, status: HttpResponse(status=status))
    edition = EditionFactory(slug="2031")
    attendee = RegistrationFactory(edition=edition).user
    gate = GateMiddleware(_undeclared)
    for user in (AnonymousUser(), attendee, admin_user):
        for address in ("/2031/new/", "/accounts/new/", "/api/v1/new/"):
            request = rf.get(address)
            request.user, request.zone = user, ""
            assert gate(request).status_code in {302, 401, 403, 404}
