import datetime as dt
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from conference.common import access
from conference.editions.models import Edition
from conference.people import queries
from conference.people.models import EditionRole, Registration
from conference.people.rules import NOBODY, Admission, allows
from tests.factories import (
    EditionFactory,
    EditionRoleFactory,
    PaperFactory,
    RegistrationFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PATHS = [
    "papers/",
    "papers/B1/",
    "papers/none/",
    "schedule/",
    "schedule/s1/",
    "nothing/here/",
    "papers",
    "help/",
    "ä/",
]


@pytest.fixture
def edition():
    edition = EditionFactory(slug="2031", how_to_register="Buy a **ticket**.", contact_email="us@example.org")
    PaperFactory(edition=edition, key="B1")
    SessionFactory(edition=edition, key="s1")
    return edition


@pytest.mark.parametrize("path", PATHS)
def test_an_anonymous_reader_is_sent_to_the_login_page_from_every_path_of_an_edition(client, edition, path):
    response = client.get(f"/2031/{path}")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/2031/")


def test_an_outsider_gets_the_same_page_for_every_path_which_says_how_to_register(client, edition):
    client.force_login(UserFactory())
    answers = [client.get(f"/2031/{path}") for path in PATHS]
    assert {answer.status_code for answer in answers} == {403}
    pages = {_without_its_own_address(answer) for answer in answers}
    assert len(pages) == 1
    page = pages.pop()
    assert "Buy a <strong>ticket</strong>." in page
    assert "us@example.org" in page


def _without_its_own_address(response):
    text = re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]+"', "", response.content.decode())
    return re.sub(r'name="next" value="[^"]*"', "", text)


@pytest.mark.parametrize("path", ["papers/", "papers/B1/", "papers/none/", "sessions/", "rooms/x/changes/", "no/such/"])
def test_the_api_tells_programs_by_status_and_code(client, edition, path):
    answer = client.get(f"/api/v1/2031/{path}")
    assert (answer.status_code, answer.json()) == (401, {"error": {"code": "not_logged_in"}})
    client.force_login(UserFactory())
    answer = client.get(f"/api/v1/2031/{path}")
    assert (answer.status_code, answer.json()) == (403, {"error": {"code": "not_registered"}})


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete", "options"])
def test_no_verb_gets_past_the_gate(client, edition, verb):
    assert getattr(client, verb)("/2031/papers/B1/").status_code == 302
    assert getattr(client, verb)("/api/v1/2031/papers/B1/").status_code == 401


def test_a_refused_post_leads_back_to_the_edition_and_not_to_a_page_that_only_takes_posts(client, edition):
    assert client.post("/2031/chat/x/")["Location"] == "/accounts/login/?next=/2031/"


def test_the_gate_answers_without_looking_anything_up(client, edition, django_assert_num_queries):
    client.force_login(UserFactory())
    with django_assert_num_queries(4):  # session, user, edition, admission
        client.get("/2031/papers/B1/")


@pytest.mark.parametrize("status", [Registration.Status.INVITED, Registration.Status.CANCELLED])
def test_only_a_confirmed_registration_lets_in(client, edition, status):
    client.force_login(RegistrationFactory(edition=edition, status=status).user)
    assert client.get("/2031/papers/").status_code == 403


def test_a_registration_lets_into_its_own_edition_only(client, edition):
    client.force_login(RegistrationFactory(edition=EditionFactory(slug="2032")).user)
    assert client.get("/2031/papers/").status_code == 403


def test_the_registered_get_a_plain_404_for_what_is_not_there(client, edition):
    client.force_login(RegistrationFactory(edition=edition).user)
    assert client.get("/2031/papers/B1/").status_code == 200
    for path in ["papers/none/", "nothing/here/"]:
        assert client.get(f"/2031/{path}").status_code == 404


def test_a_closed_account_is_nobody(client, edition):
    user = RegistrationFactory(edition=edition).user
    client.force_login(user)
    user.is_active = False
    user.save()
    assert client.get("/2031/papers/").status_code == 302
    assert queries.admission(user, edition) == NOBODY


def test_before_the_portal_opens_the_registered_wait_and_organizers_are_in(client, edition):
    edition.starts_on, edition.ends_on = dt.date(2099, 5, 1), dt.date(2099, 5, 3)
    edition.opens_at = timezone.now() + dt.timedelta(hours=1)
    edition.save()
    client.force_login(RegistrationFactory(edition=edition).user)
    answer = client.get("/2031/papers/")
    assert answer.status_code == 403
    assert "not open yet" in answer.content.decode()
    assert client.get("/api/v1/2031/papers/").json()["error"]["code"] == "not_open_yet"
    client.force_login(EditionRoleFactory(edition=edition).user)
    assert client.get("/2031/papers/").status_code == 200
    edition.opens_at = timezone.now()
    edition.save()
    client.force_login(RegistrationFactory(edition=edition).user)
    assert client.get("/2031/papers/").status_code == 200


def test_a_superuser_organizes_every_edition(edition, admin_user):
    assert queries.admission(admin_user, edition).roles == {EditionRole.Role.ORGANIZER}


def test_admission_takes_one_query(edition, django_assert_num_queries):
    user = RegistrationFactory(edition=edition).user
    EditionRoleFactory(edition=edition, user=user, role="host")
    EditionRoleFactory(edition=edition, user=user, role="volunteer")
    EditionRoleFactory(user=user, role="reviewer")
    with django_assert_num_queries(1):
        admitted = queries.admission(user, edition)
    assert admitted == Admission(is_confirmed=True, roles=frozenset({"host", "volunteer"}), is_open=True)


def test_admin_needs_staff(client, edition):
    assert client.get("/admin/")["Location"] == "/accounts/login/?next=/admin/"
    assert client.get("/admin/login/")["Location"].startswith("/accounts/login/")
    client.force_login(RegistrationFactory(edition=edition).user)
    for path in ["/admin/", "/admin/login/", "/admin/papers/paper/", "/admin/jsi18n/", "/admin/nothing/"]:
        assert client.get(path).status_code in {403, 404}
    client.force_login(UserFactory(is_staff=True))
    assert client.get("/admin/").status_code == 200


def test_an_edition_that_is_not_there_is_no_secret(client):
    assert client.get("/2099/papers/").status_code == 404
    assert client.get("/api/v1/2099/papers/").status_code == 401


@pytest.mark.parametrize(
    ("declaration", "who"),
    [
        (access.PUBLIC, {"nobody", "outsider", "staff", "attendee", "host"}),
        (access.SIGNED_IN, {"outsider", "staff", "attendee", "host"}),
        (access.ADMITTED, {"attendee", "host"}),
        (access.STAFF, {"staff"}),
        (access.role("host"), {"host"}),
        (access.Access("a new kind"), set()),
        (None, set()),
    ],
)
def test_a_declaration_lets_in_exactly_its_kind(declaration, who):
    people = {
        "nobody": (AnonymousUser(), NOBODY),
        "outsider": (UserFactory(), NOBODY),
        "staff": (UserFactory(is_staff=True), NOBODY),
        "attendee": (UserFactory(), Admission(is_confirmed=True, is_open=True)),
        "host": (UserFactory(), Admission(roles=frozenset({"host"}))),
    }
    assert {name for name, (user, admitted) in people.items() if allows(declaration, user, admitted)} == who


def test_personal_pages_are_kept_by_no_cache(client, edition):
    client.force_login(RegistrationFactory(edition=edition).user)
    assert client.get("/2031/papers/")["Cache-Control"] == "private, no-store"
    assert "immutable" in client.get("/2031/accent.css")["Cache-Control"]


def test_edition_phases_compute_who_may_come(edition):
    assert queries.is_open(edition)
    edition.phase_override = Edition.Phase.ANNOUNCED
    assert not queries.is_open(edition)
