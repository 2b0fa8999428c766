import re

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from conference.accounts.models import User
from conference.accounts.services import create_account
from conference.common.refused import Refused
from conference.mail import tasks
from conference.mail.models import Delivery

pytestmark = pytest.mark.django_db
PASSWORD = "a long good password"
EMAIL = "ada@example.org"


@pytest.fixture
def ada():
    return create_account(email=EMAIL, name="Ada", password=PASSWORD, is_verified=True)


def code_in_the_mail():
    tasks.sweep()
    return re.search(r"^[A-Z0-9-]{4,12}$", mail.outbox[-1].body, re.MULTILINE)[0]


def sign_up(client, email=EMAIL, password=PASSWORD):
    return client.post("/accounts/signup/", {"name": "Ada", "email": email, "password1": password})


def log_in(client, password=PASSWORD, email=EMAIL, **extra):
    return client.post("/accounts/login/", {"login": email, "password": password}, **extra)


def is_in(client):
    return "_auth_user_id" in client.session


# --- Signing up ------------------------------------------------------------------------------------------------------


def test_who_signs_up_proves_the_address_by_a_code_and_is_in(client):
    assert sign_up(client, "Ada@Example.org")["Location"].startswith("/accounts/confirm-email/")
    assert not is_in(client)
    answer = client.post("/accounts/confirm-email/", {"code": code_in_the_mail()})
    assert answer["Location"] == "/"
    user = User.objects.get()
    assert (user.email, user.name) == (EMAIL, "Ada")
    assert is_in(client)
    assert EmailAddress.objects.get().verified


def test_a_wrong_code_is_refused_at_its_field_and_three_end_it(client):
    sign_up(client)
    code = code_in_the_mail()
    page = client.post("/accounts/confirm-email/", {"code": "WRONG1"}).content.decode()
    assert "field__errors" in page
    for _attempt in range(2):
        client.post("/accounts/confirm-email/", {"code": "WRONG1"})
    client.post("/accounts/confirm-email/", {"code": code})
    assert not is_in(client)


def test_the_code_is_good_in_the_browser_that_asked_for_it_only(client):
    sign_up(client)
    other = type(client)()
    other.post("/accounts/confirm-email/", {"code": code_in_the_mail()})
    assert not is_in(other)


def test_a_weak_password_is_refused_at_its_field(client):
    page = sign_up(client, password="short")
    assert page.status_code == 200
    assert "field__errors" in page.content.decode()
    assert not User.objects.exists()


def test_a_code_is_in_no_row_once_it_was_mailed(client):
    sign_up(client)
    code = code_in_the_mail()
    assert code not in str(list(Delivery.objects.values()))


# --- Logging in and out ----------------------------------------------------------------------------------------------


def test_one_logs_in_by_password_in_any_case_of_the_address(client, ada):
    assert log_in(client, email="ADA@example.org")["Location"] == "/"
    assert is_in(client)


def test_one_logs_in_by_a_mailed_code(client, ada):
    client.post("/accounts/login/code/", {"email": EMAIL})
    assert not is_in(client)
    client.post("/accounts/login/code/confirm/", {"code": code_in_the_mail()})
    assert is_in(client)
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_the_address_owners_first_login_by_code_ends_a_strangers_password(client):
    sign_up(client, password="the stranger's own")
    owner = type(client)()
    owner.post("/accounts/login/code/", {"email": EMAIL})
    owner.post("/accounts/login/code/confirm/", {"code": code_in_the_mail()})
    assert is_in(owner)
    assert not User.objects.get().has_usable_password()


def test_logging_out_takes_a_post(client, ada):
    client.force_login(ada)
    assert client.get("/accounts/logout/").status_code == 200
    assert is_in(client)
    client.post("/accounts/logout/")
    assert not is_in(client)


def test_a_closed_account_does_not_get_in(client, ada):
    ada.is_active = False
    ada.save()
    log_in(client)
    assert not is_in(client)


# --- Passwords, addresses, browsers ----------------------------------------------------------------------------------


def test_a_forgotten_password_is_set_anew_by_a_code(client, ada):
    client.post("/accounts/password/reset/", {"email": EMAIL})
    answer = client.post("/accounts/password/reset/confirm/", {"code": code_in_the_mail()})
    page = client.get(answer["Location"])
    assert page.status_code == 200
    client.post(answer["Location"], {"password1": "another good password", "password2": "another good password"})
    ada.refresh_from_db()
    assert ada.check_password("another good password")


def test_a_changed_password_logs_the_other_browsers_out_and_is_told(client, ada):
    other = type(client)()
    for browser in (client, other):
        log_in(browser)
    new = "another good password"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert client.get("/accounts/email/").status_code == 200
    assert other.get("/accounts/email/").status_code == 302
    tasks.sweep()
    assert mail.outbox[-1].subject == "Your password was changed"


def test_a_new_address_counts_once_its_code_is_entered(client, ada):
    log_in(client)
    client.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    ada.refresh_from_db()
    assert ada.email == EMAIL
    client.post("/accounts/confirm-email/", {"code": code_in_the_mail()})
    ada.refresh_from_db()
    assert ada.email == "new@example.org"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("new@example.org", True)]


def test_browsers_are_listed_and_logged_out_one_by_one_or_together(client, ada):
    browsers = [client, type(client)(), type(client)()]
    for number, browser in enumerate(browsers):
        log_in(browser, headers={"User-Agent": f"Browser {number}"})
    page = client.get("/accounts/sessions/").content.decode()
    assert all(f"Browser {number}" in page for number in range(3))
    end = re.search(r"/accounts/sessions/\d+/end/", page)[0]
    client.post(end)
    assert sum(browser.get("/accounts/email/").status_code == 200 for browser in browsers) == 2
    client.post("/accounts/sessions/")
    assert [browser.get("/accounts/email/").status_code for browser in browsers] == [200, 302, 302]


def test_nobody_ends_anothers_session(client, ada):
    log_in(client)
    session = ada.usersession_set.get()
    other = type(client)()
    other.force_login(create_account(email="b@example.org", name="B", is_verified=True))
    assert other.post(f"/accounts/sessions/{session.pk}/end/").status_code == 404
    assert client.get("/accounts/email/").status_code == 200


PAGES = ["login/", "signup/", "login/code/", "password/reset/", "logout/", "inactive/"]
OWN_PAGES = ["email/", "password/change/", "sessions/", "logout/", "reauthenticate/"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_for_all_are_in_our_look(client, path):
    page = client.get(f"/accounts/{path}", follow=True)
    assert page.status_code == 200
    assert "site-header" in page.content.decode()


@pytest.mark.parametrize("path", OWN_PAGES)
def test_pages_of_ones_own_are_in_our_look(client, ada, path):
    assert client.get(f"/accounts/{path}").status_code == 302
    log_in(client)
    page = client.get(f"/accounts/{path}")
    assert page.status_code == 200
    assert "site-header" in page.content.decode()


def test_who_has_no_password_is_offered_to_set_one(client):
    client.force_login(create_account(email=EMAIL, name="Ada", is_verified=True))
    assert client.get("/accounts/password/change/")["Location"] == "/accounts/password/set/"


# --- Nobody learns who has an account --------------------------------------------------------------------------------


def _same(page, email):
    text = page.content.decode().replace(email, "EMAIL")
    return page.status_code, page.get("Location", "").replace(email, "EMAIL"), re.sub(r'"[\w+/=-]{20,}"', "", text)


def test_login_signup_codes_and_reset_answer_alike_whether_there_is_an_account(client, ada):
    answers = {}
    for email in (EMAIL, "nobody@example.org"):
        cache.clear()
        browser = type(client)()
        steps = [
            log_in(browser, "wrong", email),
            type(client)().post("/accounts/login/code/", {"email": email}, follow=True),
            type(client)().post("/accounts/password/reset/", {"email": email}, follow=True),
            sign_up(type(client)(), email),
        ]
        answers[email] = [_same(step, email) for step in steps]
    assert answers[EMAIL] == answers["nobody@example.org"]
    tasks.sweep()
    assert len(mail.outbox) == 6  # each of the three that write mails wrote one to each


def test_the_mails_are_ours_and_in_plain_words(client, ada):
    sign_up(type(client)(), EMAIL)
    client.post("/accounts/login/code/", {"email": "nobody@example.org"})
    tasks.sweep()
    subjects = sorted(message.subject for message in mail.outbox)
    assert subjects == ["There is no account with this address", "You have an account already"]


# --- Limits that a venue survives ------------------------------------------------------------------------------------


def test_an_account_is_closed_to_guesses_after_five_and_others_behind_the_address_are_not(client, ada):
    grace = create_account(email="grace@example.org", name="Grace", password=PASSWORD, is_verified=True)
    for _attempt in range(6):
        log_in(client, "wrong")
    log_in(client)
    assert not is_in(client)
    log_in(client, email=grace.email)
    assert is_in(client)


def test_a_hundred_people_log_in_from_one_address(client):
    for number in range(100):
        assert log_in(client, "wrong", f"p{number}@example.org").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6", "6.6.6.6"),
        (1, "1.1.1.1, 6.6.6.6", "6.6.6.6"),
        (2, "1.1.1.1, 6.6.6.6, 7.7.7.7", "6.6.6.6"),
        (2, "6.6.6.6", "10.0.0.1"),
    ],
)
def test_the_clients_address_comes_from_the_trusted_hop(rf, settings, proxies, forwarded, expected):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})
    assert get_adapter().get_client_ip(request) == expected


def test_a_forged_address_resets_no_limit(client, ada):
    for number in range(6):
        log_in(client, "wrong", headers={"X-Forwarded-For": f"6.6.6.{number}"})
    log_in(client, headers={"X-Forwarded-For": "6.6.7.1"})
    assert not is_in(client)


# --- The user --------------------------------------------------------------------------------------------------------


def test_passwords_are_hashed_by_argon2(ada):
    assert ada.password.startswith("argon2")


def test_an_address_has_one_account_in_any_case_of_letters(ada):
    with pytest.raises(Refused):
        create_account(email="ADA@Example.org", name="Another")


def test_a_superuser_is_made_on_the_command_line():
    user = User.objects.create_superuser("root@example.org", PASSWORD, name="Root")
    assert user.is_staff
    assert user.is_superuser
    assert User.objects.get_by_natural_key("ROOT@example.org") == user
    assert (str(user), user.get_full_name(), user.get_short_name()) == ("Root", "Root", "Root")
    assert user.date_joined <= timezone.now()
