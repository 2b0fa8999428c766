import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from conference.accounts.models import User
from conference.accounts.services import create_account
from conference.audit.models import Entry
from conference.common.refused import Refused
from conference.mail import tasks
from conference.mail.models import Delivery
from conference.people import services
from conference.people.imports import read_csv
from conference.people.models import EditionRole, Invitation, Registration
from tests.factories import EditionFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db
Status = Registration.Status


@pytest.fixture
def edition():
    return EditionFactory(slug="2031", name="Conference 2031")


@pytest.fixture
def told(monkeypatch):
    """Keys of the people whose sockets were looked at again."""
    keys = []
    monkeypatch.setattr("conference.people.services.look_again_on_commit", keys.append)
    return keys


def invite(edition, email="ada@example.org", name="Ada"):
    return services.invite(edition=edition, email=email, name=name)


def link_in_the_mail():
    tasks.sweep()
    return re.search(r"/accounts/invitation/\S+/", mail.outbox[-1].body)[0]


def enter(client, link, password=""):
    return client.post(link, {"password": password})


# --- Inviting --------------------------------------------------------------------------------------------------------


def test_a_new_person_gets_an_account_without_password_and_a_link(edition):
    registration = invite(edition, "Ada@Example.org")
    user = registration.user
    assert (user.email, user.name, user.has_usable_password()) == ("ada@example.org", "Ada", False)
    assert registration.status == Status.INVITED
    assert not EmailAddress.objects.get(user=user).verified
    link = link_in_the_mail()
    assert mail.outbox[0].to == ["ada@example.org"]
    assert "Conference 2031" in mail.outbox[0].subject
    token = link.split("/")[-2]
    assert token not in str(list(Delivery.objects.values()) + list(Invitation.objects.values()))


def test_who_has_an_account_is_registered_at_once_and_told(edition):
    user = create_account(email="ada@example.org", name="Ada", is_verified=True)
    registration = invite(edition, name="Another name")
    assert (registration.user, registration.status) == (user, Status.CONFIRMED)
    tasks.sweep()
    assert mail.outbox[0].subject == "You are registered for Conference 2031"
    user.refresh_from_db()
    assert user.name == "Ada"


def test_a_person_is_on_the_list_once(edition):
    invite(edition)
    with pytest.raises(Refused):
        invite(edition)
    assert Registration.objects.count() == 1


# --- Entering --------------------------------------------------------------------------------------------------------


def test_the_link_lets_in_once(client, edition):
    registration = invite(edition)
    link = link_in_the_mail()
    page = client.get(link)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page["Cache-Control"]
    assert "ada@example.org" in page.content.decode()
    answer = enter(client, link, "a long good password")
    assert answer["Location"] == "/2031/"
    registration.refresh_from_db()
    assert registration.status == Status.CONFIRMED
    assert client.get("/2031/papers/").status_code == 200
    assert EmailAddress.objects.get(user=registration.user).verified
    assert User.objects.get().check_password("a long good password")
    client.logout()
    assert enter(client, link).status_code == 404
    assert client.get("/2031/papers/").status_code == 302


def test_reading_the_link_changes_nothing(client, edition):
    registration = invite(edition)
    link = link_in_the_mail()
    client.get(link)
    client.head(link)
    registration.refresh_from_db()
    assert registration.status == Status.INVITED
    assert Invitation.objects.get().is_usable


def test_without_a_password_one_enters_all_the_same(client, edition):
    invite(edition)
    assert enter(client, link_in_the_mail()).status_code == 302
    assert not User.objects.get().has_usable_password()
    assert client.get("/2031/papers/").status_code == 200


def test_a_weak_password_is_refused_at_its_field_and_the_link_stays_good(client, edition):
    invite(edition)
    link = link_in_the_mail()
    page = enter(client, link, "12345")
    assert page.status_code == 200
    assert "field__errors" in page.content.decode()
    assert enter(client, link).status_code == 302


def test_a_password_set_by_somebody_else_before_is_worth_nothing(client, edition):
    stranger = create_account(email="ada@example.org", name="Ada", password="the stranger's own")
    registration = invite(edition)
    assert (registration.user, registration.status) == (stranger, Status.INVITED)
    enter(client, link_in_the_mail())
    stranger.refresh_from_db()
    assert not stranger.check_password("the stranger's own")


def test_an_account_that_has_an_owner_is_not_handed_over_by_a_link(client, edition):
    user = invite(edition).user
    link = link_in_the_mail()
    EmailAddress.objects.filter(user=user).update(verified=True)
    user.set_password("the owner's own")
    user.save()
    enter(client, link, "a long good password")
    assert "_auth_user_id" not in client.session
    user.refresh_from_db()
    assert user.check_password("the owner's own")
    assert user.registrations.get().status == Status.CONFIRMED


@pytest.mark.parametrize("spoil", ["old", "cancelled", "replaced", "inactive", "unknown"])
def test_a_link_that_is_over_lets_nobody_in(client, edition, spoil):
    registration = invite(edition)
    link = link_in_the_mail()
    organizer = UserFactory()
    if spoil == "old":
        Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    elif spoil == "cancelled":
        services.cancel(registration=registration, actor=organizer)
    elif spoil == "replaced":
        services.resend_invitation(registration=registration, actor=organizer)
    elif spoil == "inactive":
        services.change_account(user=registration.user, values={"is_active": False}, actor=organizer)
    else:
        link = "/accounts/invitation/AAAA/"
    assert enter(client, link).status_code == 404
    assert "_auth_user_id" not in client.session
    if spoil == "replaced":
        assert enter(client, link_in_the_mail()).status_code == 302


def test_a_new_link_is_for_the_invited_only(edition):
    registration = RegistrationFactory(edition=edition)
    with pytest.raises(Refused):
        services.resend_invitation(registration=registration, actor=UserFactory())


# --- The list --------------------------------------------------------------------------------------------------------


def test_cancelling_and_confirming_close_and_open_the_door(client, edition, told):
    registration, organizer = RegistrationFactory(edition=edition), UserFactory()
    client.force_login(registration.user)
    services.cancel(registration=registration, actor=organizer)
    assert client.get("/2031/papers/").status_code == 403
    services.confirm(registration=registration, actor=organizer)
    assert client.get("/2031/papers/").status_code == 200
    assert told == [registration.user.key] * 2
    assert list(Entry.objects.order_by("id").values_list("action", "target")) == [
        ("registration.cancel", f"user:{registration.user.key}"),
        ("registration.confirm", f"user:{registration.user.key}"),
    ]


def test_doing_it_twice_is_recorded_once(edition):
    registration, organizer = RegistrationFactory(edition=edition), UserFactory()
    services.cancel(registration=registration, actor=organizer)
    services.cancel(registration=registration, actor=organizer)
    assert Entry.objects.count() == 1


def test_registering_again_leaves_the_registration_as_it_is(edition):
    user = UserFactory()
    first = services.register(edition=edition, user=user, ticket="student", source="demo")
    again = services.register(edition=edition, user=user, ticket="regular", source="demo", actor=UserFactory())
    assert (again.pk, again.ticket) == (first.pk, "student")


def test_nobody_is_made_invited_again(edition):
    registration = RegistrationFactory(edition=edition)
    with pytest.raises(Refused):
        services.change_registration(registration=registration, values={"status": "invited"}, actor=UserFactory())


def test_roles_are_granted_once_and_revoked(edition, told):
    user, organizer = UserFactory(), UserFactory()
    role = services.grant_role(edition=edition, user=user, role="organizer", actor=organizer)
    assert services.grant_role(edition=edition, user=user, role="organizer", actor=organizer) == role
    assert user.is_staff
    services.revoke_role(role=role, actor=organizer)
    user.refresh_from_db()
    assert not user.is_staff
    assert told == [user.key] * 2
    assert set(Entry.objects.values_list("action", flat=True)) == {"role.grant", "role.revoke"}
    with pytest.raises(Refused):
        services.grant_role(edition=edition, user=user, role="king", actor=organizer)


def test_who_organizes_another_edition_stays_staff(edition):
    user = UserFactory()
    role = services.grant_role(edition=edition, user=user, role="organizer", actor=None)
    services.grant_role(edition=EditionFactory(), user=user, role="organizer", actor=None)
    services.revoke_role(role=role, actor=None)
    user.refresh_from_db()
    assert user.is_staff
    assert EditionRole.objects.count() == 1


# --- Import ----------------------------------------------------------------------------------------------------------

FILE = "email,name,ticket\nada@example.org,Ada,student\nGrace@Example.org,Grace,regular\n"


def import_(edition, text=FILE, **options):
    return services.import_registrations(edition=edition, rows=read_csv(text), actor=None, **options)


def test_an_import_invites_the_new_and_registers_the_known(edition):
    create_account(email="ada@example.org", name="Ada Lovelace", is_verified=True)
    report = import_(edition)
    assert report.made == ["ada@example.org", "grace@example.org"]
    listed = Registration.objects.order_by("id").values_list("user__email", "user__name", "ticket", "status", "source")
    assert list(listed) == [
        ("ada@example.org", "Ada Lovelace", "student", "confirmed", "import"),
        ("grace@example.org", "Grace", "regular", "invited", "import"),
    ]
    tasks.sweep()
    assert sorted(message.to[0] for message in mail.outbox) == ["ada@example.org", "grace@example.org"]


def test_a_second_import_changes_nothing_and_writes_to_nobody(edition):
    import_(edition)
    before = list(Registration.objects.values()), Delivery.objects.count(), Entry.objects.count()
    report = import_(edition)
    assert (report.made, report.changed, len(report.left)) == ([], [], 2)
    assert (list(Registration.objects.values()), Delivery.objects.count(), Entry.objects.count()) == before


def test_a_dry_run_says_the_same_and_writes_nothing(edition):
    report = import_(edition, dry_run=True)
    assert len(report.made) == 2
    assert not Registration.objects.exists()
    assert not User.objects.exists()
    assert report == import_(edition)


def test_tickets_follow_the_file_and_the_cancelled_stay_so(edition):
    import_(edition)
    ada = Registration.objects.get(user__email="ada@example.org")
    services.cancel(registration=ada, actor=None)
    report = import_(edition, FILE.replace("regular", "virtual").replace("student", "virtual"))
    assert (report.changed, report.left) == (["grace@example.org"], ["ada@example.org"])
    ada.refresh_from_db()
    assert (ada.status, ada.ticket) == (Status.CANCELLED, "student")
    assert Registration.objects.get(user__email="grace@example.org").ticket == "virtual"


def test_every_problem_is_named_with_its_row_and_nothing_is_imported(edition):
    text = (
        "E-mail;email;name;ticket\n;ada@example.org;Ada;student\n;;Nobody;student\n;not an address;X;\n;;;\n"
        f";ada@example.org;Ada;regular\n;b@example.org;{'x' * 151};\n;c@example.org;;student\n"
    )
    report = import_(edition, text)
    assert [number for number, _problem in report.problems] == [3, 4, 6, 7]
    assert report.unknown_columns == ["e-mail"]
    assert "Row 2" in dict(report.problems)[6]
    assert not Registration.objects.exists()


def test_a_name_that_is_missing_is_taken_from_the_address(edition):
    import_(edition, "email,ticket\nada@example.org,student\n")
    assert User.objects.get().name == "ada"


def test_the_same_row_twice_is_one_person(edition):
    report = import_(edition, FILE + "ADA@example.org,Ada,student\n")
    assert len(report.made) == 2
    assert not report.problems


def test_a_file_from_a_spreadsheet_is_read(tmp_path, edition, capsys):
    path = tmp_path / "people.csv"
    path.write_bytes("\ufeffEmail;Name;Ticket\r\nada@example.org;Ada Łovelace;student\r\n".encode())
    call_command("import_registrations", path, edition="2031", dry_run=True)
    assert "Dry run: 1 made, 0 changed, 0 left" in capsys.readouterr().out
    call_command("import_registrations", path, edition="2031")
    assert "1 made" in capsys.readouterr().out
    assert User.objects.get().name == "Ada Łovelace"


def test_the_command_fails_at_wrong_rows_and_names_them(tmp_path, edition, capsys):
    path = tmp_path / "people.csv"
    path.write_text("email,name,shoe\nnobody,X,42\n")
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_registrations", path, edition="2031")
    printed = capsys.readouterr()
    assert "row 2: nobody is not an address" in printed.err
    assert "Columns not used: shoe" in printed.out


@pytest.mark.parametrize(("name", "slug"), [("none.csv", "2031"), ("people.csv", "2099")])
def test_the_command_says_what_it_cannot_find(tmp_path, edition, name, slug):
    (tmp_path / "people.csv").write_text(FILE)
    with pytest.raises(CommandError):
        call_command("import_registrations", tmp_path / name, edition=slug)


def test_reading_the_list_costs_the_same_for_any_number_of_rows(edition, django_assert_num_queries):
    for count in (1, 3, 60):
        text = "email,name,ticket\n" + "".join(f"p{n}@example.org,P,t\n" for n in range(count))
        with django_assert_num_queries(5):  # three look-ups within a savepoint
            import_(edition, text, dry_run=True)
