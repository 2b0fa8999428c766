"""Reading changes nothing: every address is read, and the database is the same afterwards."""

import pytest
from django.apps import apps
from django.db import connection

from conference.audit.services import record
from conference.mail.models import Delivery
from tests.factories import (
    AuthorshipFactory,
    EditionFactory,
    PaperFactory,
    RegistrationFactory,
    RoomFactory,
    SessionFactory,
    SlotFactory,
)
from tests.security import walk

pytestmark = pytest.mark.django_db
ROUTES = sorted({path for view in walk.views() if (path := walk.example(view.route))})


def digest():
    """A hash of every table by name."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)}):
            cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{table}\" t")  # noqa: S608 - names of our own tables
            found[table] = cursor.fetchone()[0]
    return found


@pytest.fixture
def full_site(admin_user):
    edition = EditionFactory(slug="2031")
    paper = PaperFactory(edition=edition, key="B1", room=RoomFactory(edition=edition, key="B1"))
    AuthorshipFactory(paper=paper)
    SlotFactory(session=SessionFactory(edition=edition, key="B1"), paper=paper)
    RegistrationFactory(edition=edition, user=admin_user)
    admin_user.emailaddress_set.create(email=admin_user.email, verified=True, primary=True)
    Delivery.objects.create(once="x", template="invitation", recipient="a@example.org", subject="x", text="x")
    record(actor=admin_user, action="act")


def admin_addresses():
    """The pages of each row that is there."""
    return [
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/{row.pk}/{page}/"
        for model in apps.get_models()
        for row in model.objects.all()[:1]
        for page in ("change", "history", "delete")
    ]


@pytest.mark.parametrize("who", ["anonymous", "superuser"])
def test_reading_every_address_changes_nothing(client, full_site, admin_user, who):
    if who == "superuser":
        client.force_login(admin_user)
    before = digest()
    statuses = {}
    for address in [*ROUTES, *admin_addresses()]:
        if not address.startswith("/accounts/logout"):
            statuses[address] = client.get(address).status_code
            client.head(address)
    assert digest() == before
    assert {address: status for address, status in statuses.items() if status >= 500 and address != "/readyz"} == {}
    assert sum(status == 200 for status in statuses.values()) > (40 if who == "superuser" else 5)


def test_the_digest_sees_a_change():
    before = digest()
    EditionFactory()
    assert digest() != before
