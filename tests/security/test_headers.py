import pytest

from conference.accounts.services import create_account
from tests.factories import EditionFactory, RegistrationFactory

pytestmark = pytest.mark.django_db
EVIL = [
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "///evil.example",
    "javascript:alert(1)",
]


def policy(response):
    parts = (part.strip().split() for part in response["Content-Security-Policy"].split(";"))
    return {part[0]: set(part[1:]) for part in parts}


@pytest.fixture
def addresses(client, admin_user):
    RegistrationFactory(edition=EditionFactory(slug="2031"), user=admin_user)
    return [
        "/2031/",
        "/2031/papers/",
        "/2031/schedule/",
        "/accounts/login/",
        "/2031/none/",
        "/admin/",
        "/api/v1/2031/papers/",
    ]


def test_every_answer_has_the_headers(client, addresses, admin_user):
    for _who in range(2):
        for address in addresses:
            answer = client.get(address)
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Referrer-Policy"] == "same-origin"
            assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
            assert policy(answer)["default-src"] == {"'none'"}
            assert policy(answer)["frame-ancestors"] == {"'none'"}
            assert policy(answer)["base-uri"] == {"'none'"}
        client.force_login(admin_user)


def test_scripts_need_the_nonce_and_nothing_is_unsafe(client, addresses, admin_user):
    client.force_login(admin_user)
    for address in ["/2031/", "/2031/papers/", "/accounts/email/"]:
        answer = client.get(address)
        rules = policy(answer)
        assert "unsafe" not in answer["Content-Security-Policy"]
        nonces = [rule for rule in rules["script-src"] if rule.startswith("'nonce-")]
        assert rules["script-src"] == {"'strict-dynamic'", *nonces}
        assert nonces
        assert nonces[0][7:-1] in answer.content.decode()
        assert nonces[0] not in client.get(address)["Content-Security-Policy"]


def test_admin_runs_its_own_scripts_and_no_inline_ones(client, addresses, admin_user):
    client.force_login(admin_user)
    rules = policy(client.get("/admin/"))
    assert rules["script-src"] == {"'self'"}
    assert {name for name, values in rules.items() if any("unsafe" in value for value in values)} == {"style-src-attr"}


@pytest.mark.parametrize("address", EVIL)
def test_nobody_is_led_to_another_site(client, address):
    create_account(email="a@example.org", name="A", password="a long good password", is_verified=True)
    values = {"login": "a@example.org", "password": "a long good password", "next": address}
    assert client.post("/accounts/login/", values)["Location"] == "/"
    assert client.get("/accounts/login/", {"next": address})["Location"] == "/"
    assert client.post("/accounts/logout/", {"next": address})["Location"] == "/"


def test_every_change_needs_a_token(client, addresses, admin_user):
    strict = type(client)(enforce_csrf_checks=True)
    strict.force_login(admin_user)
    for address in [
        "/zone/",
        "/accounts/login/",
        "/accounts/logout/",
        "/accounts/sessions/1/end/",
        "/admin/people/registration/add/",
    ]:
        assert strict.post(address, {}).status_code == 403, address
    assert strict.post("/api/v1/2031/rooms/x/messages", {}, content_type="application/json").status_code == 403


def test_the_session_cookie_is_out_of_reach_for_scripts(client):
    create_account(email="a@example.org", name="A", password="a long good password", is_verified=True)
    answer = client.post("/accounts/login/", {"login": "a@example.org", "password": "a long good password"})
    assert answer.cookies["session"]["httponly"]
    assert answer.cookies["session"]["samesite"] == "Lax"
