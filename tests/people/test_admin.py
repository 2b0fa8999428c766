import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tablib import Dataset

from conference.accounts.models import User
from conference.accounts.services import create_account
from conference.audit.models import Entry
from conference.audit.sheets import SafeCSV
from conference.people.models import EditionRole, Profile, Registration
from tests.factories import EditionFactory, EditionRoleFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/people/registration/"
CSV = "0"


@pytest.fixture
def edition():
    return EditionFactory(slug="2031")


def upload(client, edition, text):
    file = SimpleUploadedFile("people.csv", text.encode(), "text/csv")
    return client.post(f"{LIST}import/", {"edition": edition.pk, "format": CSV, "resource": "0", "import_file": file})


def confirm(client, page):
    return client.post(f"{LIST}process_import/", page.context["confirm_form"].initial, follow=True)


def act(client, action, *registrations):
    chosen = [registration.pk for registration in registrations]
    return client.post(LIST, {"action": action, "_selected_action": chosen}, follow=True).content.decode()


def test_an_import_shows_a_preview_that_writes_nothing_and_then_imports(admin_client, edition):
    create_account(email="ada@example.org", name="Ada", is_verified=True)
    RegistrationFactory(edition=edition, user=UserFactory(email="old@example.org"), ticket="regular")
    text = "Email,Name,Ticket\nAda@example.org,X,student\nnew@example.org,New,student\nold@example.org,Old,virtual\n"
    page = upload(admin_client, edition, text)
    assert Registration.objects.count() == 1
    assert [row.import_type for row in page.context["result"].rows] == ["new", "new", "update"]
    done = confirm(admin_client, page).content.decode()
    assert "2 new, 1 updated" in done
    listed = Registration.objects.order_by("id").values_list("user__email", "ticket", "status")
    assert list(listed) == [
        ("old@example.org", "virtual", "confirmed"),
        ("ada@example.org", "student", "confirmed"),
        ("new@example.org", "student", "invited"),
    ]
    assert list(Entry.objects.values_list("action", flat=True)) == ["registration.import"]
    again = upload(admin_client, edition, text)
    assert {row.import_type for row in again.context["result"].rows} == {"skip"}


def test_wrong_rows_are_shown_and_nothing_can_be_confirmed(admin_client, edition):
    page = upload(admin_client, edition, "email,name\nnobody,X\nb@example.org,B\n")
    assert "nobody is not an address." in page.content.decode()
    assert "confirm_form" not in page.context
    assert not Registration.objects.exists()


def test_a_file_that_is_spoilt_between_preview_and_confirmation_changes_nothing(admin_client, edition, monkeypatch):
    page = upload(admin_client, edition, "email,name\na@example.org,A\n")

    def refuse(**_values):
        raise ValueError("spoilt")

    monkeypatch.setattr("conference.people.services.import_registrations", refuse)
    assert "Nothing was imported" in confirm(admin_client, page).content.decode()
    assert not Registration.objects.exists()


def test_a_preview_costs_the_same_for_any_number_of_rows(admin_client, edition):
    counts = set()
    for rows in (1, 3, 60):
        text = "email,name,ticket\n" + "".join(f"p{number}@example.org,P,t\n" for number in range(rows))
        with CaptureQueriesContext(connection) as queries:
            assert upload(admin_client, edition, text).status_code == 200
        counts.add(len(queries))
    assert len(counts) == 1
    assert counts.pop() <= 12


@pytest.mark.parametrize(
    "path",
    ["people/registration", "people/editionrole", "people/profile", "accounts/user", "mail/delivery", "audit/entry"],
)
@pytest.mark.parametrize("rows", [1, 3, 60])
def test_lists_take_at_most_twelve_queries(admin_client, edition, path, rows, django_assert_max_num_queries):
    for _row in range(rows):
        user = RegistrationFactory(edition=edition).user
        EditionRoleFactory(edition=edition, user=user)
        Profile.objects.create(user=user, zone="Africa/Lagos")
    with django_assert_max_num_queries(12):
        assert admin_client.get(f"/admin/{path}/").status_code == 200


def test_an_organizer_adds_somebody_by_address(admin_client, edition):
    admin_client.post(f"{LIST}add/", {"edition": edition.pk, "email": "ada@example.org", "name": "Ada", "ticket": "t"})
    registration = Registration.objects.get()
    assert (registration.user.email, registration.status, registration.source) == (
        "ada@example.org",
        "invited",
        "admin",
    )
    again = {"edition": edition.pk, "email": "ADA@example.org", "name": "", "ticket": ""}
    page = admin_client.post(f"{LIST}add/", again, follow=True)
    assert "already on the list" in page.content.decode()
    assert list(Entry.objects.values_list("action", flat=True)) == ["registration.invite"]


def test_an_organizer_confirms_cancels_and_invites_again(admin_client, edition):
    registration = RegistrationFactory(edition=edition, status="invited")
    assert "Done for 1 person." in act(admin_client, "resend", registration)
    act(admin_client, "confirm", registration)
    registration.refresh_from_db()
    assert registration.status == "confirmed"
    assert "Only people who are invited" in act(admin_client, "resend", registration)
    act(admin_client, "cancel", registration)
    registration.refresh_from_db()
    assert registration.status == "cancelled"


def test_an_organizer_changes_a_registration(admin_client, edition):
    registration = RegistrationFactory(edition=edition)
    inline = {"invitations-TOTAL_FORMS": 0, "invitations-INITIAL_FORMS": 0}
    address = f"{LIST}{registration.pk}/change/"
    admin_client.post(address, {"ticket": "student", "status": "cancelled", **inline})
    registration.refresh_from_db()
    assert (registration.ticket, registration.status) == ("student", "cancelled")
    page = admin_client.post(address, {"ticket": "student", "status": "invited", **inline}, follow=True)
    assert "Confirm the person instead" in page.content.decode()
    admin_client.post(f"{LIST}{registration.pk}/delete/", {"post": "yes"})
    assert not Registration.objects.exists()
    assert Entry.objects.first().action == "registration.remove"


def test_roles_are_granted_and_revoked_in_admin(admin_client, edition):
    user = UserFactory()
    admin_client.post("/admin/people/editionrole/add/", {"edition": edition.pk, "user": user.pk, "role": "organizer"})
    user.refresh_from_db()
    assert user.is_staff
    role = EditionRole.objects.get()
    admin_client.post(f"/admin/people/editionrole/{role.pk}/delete/", {"post": "yes"})
    user.refresh_from_db()
    assert not user.is_staff
    assert [entry.action for entry in Entry.objects.all()] == ["role.revoke", "role.grant"]


def test_accounts_are_added_closed_and_never_shown_with_their_hash(admin_client):
    admin_client.post("/admin/accounts/user/add/", {"email": "Ada@example.org", "name": "Ada"})
    user = User.objects.get(email="ada@example.org")
    page = admin_client.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    assert user.password not in page
    admin_client.post(f"/admin/accounts/user/{user.pk}/change/", {"name": "Ada L"})
    user.refresh_from_db()
    assert (user.name, user.is_active) == ("Ada L", False)
    again = admin_client.post("/admin/accounts/user/add/", {"email": "ADA@example.org", "name": "Ada"}, follow=True)
    assert "There is an account with this address" in again.content.decode()


def test_an_export_holds_no_formula_and_can_be_imported_again(admin_client, edition):
    RegistrationFactory(edition=edition, user=UserFactory(name="=1+1", email="a@example.org"), ticket="@x")
    answer = admin_client.post(f"{LIST}export/", {"format": CSV, "resource": "0"})
    if answer["Content-Type"].startswith("text/html"):
        fields = {name: "on" for name in answer.context["form"].fields if name.startswith("registrationresource_")}
        answer = admin_client.post(f"{LIST}export/", {"format": CSV, "resource": "0", **fields})
    rows = Dataset().load(io.StringIO(answer.content.decode()), format="csv").dict
    assert rows[0]["name"] == "'=1+1"
    assert rows[0]["ticket"] == "'@x"
    assert SafeCSV().create_dataset(answer.content.decode()).dict[0]["name"] == "=1+1"


def test_staff_without_more_do_not_see_djangos_own_tables(client):
    client.force_login(UserFactory(is_staff=True))
    assert client.get("/admin/account/emailaddress/").status_code == 403
    assert client.get("/admin/people/registration/").status_code == 200
