from pathlib import Path

import pytest
import yaml
from django.contrib.auth.models import AnonymousUser

from conference.accounts.models import User
from conference.common import access
from conference.people import services
from conference.people.live import ReaderCheck
from tests.factories import (
    EditionFactory,
    EditionRoleFactory,
    PaperFactory,
    RegistrationFactory,
    RoomFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TABLE = yaml.safe_load((Path(__file__).parent / "access.yaml").read_text())
ROLES = TABLE["roles"]


@pytest.fixture
def edition():
    edition = EditionFactory(slug="2031")
    EditionFactory(slug="2032")
    PaperFactory(edition=edition, key="B1", room=RoomFactory(edition=edition, key="r1"))
    SessionFactory(edition=edition, key="s1")
    return edition


@pytest.fixture
def people(edition):
    organizer = UserFactory()
    services.grant_role(edition=edition, user=organizer, role="organizer", actor=None)
    return {
        "anonymous": AnonymousUser(),
        "outsider": UserFactory(),
        "invited": RegistrationFactory(edition=edition, status="invited").user,
        "cancelled": RegistrationFactory(edition=edition, status="cancelled").user,
        "attendee": RegistrationFactory(edition=edition).user,
        "host": EditionRoleFactory(edition=edition, role="host").user,
        "organizer": organizer,
        "superuser": User.objects.create_superuser("root@example.org", name="Root"),
    }


@pytest.mark.parametrize("row", [*TABLE["pages"], *TABLE["api"]])
def test_pages_and_api_answer_as_the_table_says(client, people, row):
    verb, address = row.split()
    expected = dict(zip(ROLES, (TABLE["pages"] | TABLE["api"])[row], strict=True))
    found = {}
    for role, user in people.items():
        client.logout()
        if user.is_authenticated:
            client.force_login(user)
        found[role] = client.generic(verb, address, "{}", content_type="application/json").status_code
    assert found == expected


@pytest.mark.parametrize("slug", TABLE["socket"])
def test_the_socket_opens_for_whom_the_table_says(people, slug):
    check, found = ReaderCheck(), {}
    for role, user in people.items():
        reader = check.annotate(User.objects.filter(pk=user.pk), slug).first()
        allows = check.admit(reader) if reader else None
        found[role] = 101 if allows and allows(access.ADMITTED) else 403
    assert found == dict(zip(ROLES, TABLE["socket"][slug], strict=True))


@pytest.mark.parametrize(
    "path", ["papers/paper", "schedule/session", "editions/edition", "chat/room", "people/registration"]
)
def test_an_organizer_edits_in_admin_without_being_a_superuser(client, people, path):
    client.force_login(people["organizer"])
    assert client.get(f"/admin/{path}/").status_code == 200


def test_an_organizer_makes_nobody_staff_and_touches_no_superuser(client, people):
    client.force_login(people["organizer"])
    attendee, root = people["attendee"], people["superuser"]
    values = {"name": "Changed", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    client.post(f"/admin/accounts/user/{attendee.pk}/change/", values)
    attendee.refresh_from_db()
    assert (attendee.name, attendee.is_staff, attendee.is_superuser) == ("Changed", False, False)
    client.post(f"/admin/accounts/user/{root.pk}/change/", {"name": "Changed"})
    root.refresh_from_db()
    assert (root.name, root.is_active, root.is_superuser) == ("Root", True, True)
