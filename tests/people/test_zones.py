import pytest

from conference.people import services
from conference.people.models import Profile
from tests.factories import EditionFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db
FETCH = {"HX-Request": "true"}


def clock(client, edition="2031"):
    """The zone that a page was made in."""
    return client.get(f"/{edition}/").context["request"].zone or "the edition's"


def post(client, zone, **fields):
    return client.post("/zone/", {"zone": zone, "next": "/2031/", **fields})


@pytest.fixture(autouse=True)
def edition():
    return EditionFactory(slug="2031", zone="Asia/Tokyo")


def test_a_choice_is_kept_in_the_cookie_and_applies_to_every_page(client):
    answer = post(client, "Africa/Lagos")
    assert answer["Location"] == "/2031/"
    assert answer.cookies["zone"]["max-age"] == 365 * 24 * 60 * 60
    page = client.get("/2031/")
    assert "Lagos" in page.content.decode()
    assert page.context["zone_is_chosen"]


def test_without_a_choice_pages_are_in_the_editions_zone(client):
    page = client.get("/2031/").content.decode()
    assert 'data-zone="Asia/Tokyo"' in page


def test_the_zone_of_one_request_does_not_reach_the_next(client):
    client.get("/2031/")
    assert 'data-zone="UTC"' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("zone", ["Mars/Base", "", "x" * 500, "../etc/passwd", "posixrules"])
def test_an_unknown_zone_is_refused(client, zone):
    for headers in [{}, FETCH]:
        assert client.post("/zone/", {"zone": zone}, headers=headers).status_code == 400
    assert "zone" not in client.cookies


def test_a_line_break_behind_a_zone_does_not_reach_the_cookie(client):
    post(client, "Africa/Lagos\n")
    assert client.cookies["zone"].value == "Africa/Lagos"


@pytest.mark.parametrize("cookie", ["Mars/Base", "guess:Mars/Base", "guess:", "'; DROP TABLE", "x" * 3000])
def test_a_cookie_of_anothers_making_is_ignored(client, cookie):
    client.cookies["zone"] = cookie
    assert 'data-zone="Asia/Tokyo"' in client.get("/2031/").content.decode()


def test_a_guess_fills_in_where_nothing_was_chosen(client):
    answer = client.post("/zone/", {"zone": "Australia/Sydney", "guess": "1"}, headers=FETCH)
    assert answer.status_code == 204
    page = client.get("/2031/")
    assert page.context["zone"] == "Australia/Sydney"
    assert not page.context["zone_is_chosen"]


def test_a_guess_never_replaces_a_choice(client):
    post(client, "Africa/Lagos")
    post(client, "Australia/Sydney", guess="1")
    assert client.get("/2031/").context["zone"] == "Africa/Lagos"


def test_the_profile_keeps_the_choice_and_brings_it_to_another_browser(client):
    user = RegistrationFactory(edition__slug="2032").user
    client.force_login(user)
    post(client, "Africa/Lagos")
    profile = Profile.objects.get(user=user)
    assert (profile.zone, profile.zone_is_chosen) == ("Africa/Lagos", True)
    other = type(client)()
    other.post("/zone/", {"zone": "Australia/Sydney", "guess": "1"}, headers=FETCH)
    user.set_password("a long good password")
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    other.post("/accounts/login/", {"login": user.email, "password": "a long good password"})
    assert other.get("/2031/").context["zone"] == "Africa/Lagos"
    assert other.get("/2031/").context["zone_is_chosen"]


def test_a_guess_meets_a_choice_made_on_another_device(client):
    user = UserFactory()
    services.set_zone(user=user, zone="Africa/Lagos")
    client.force_login(user)
    client.cookies.pop("zone", None)
    client.post("/zone/", {"zone": "Australia/Sydney", "guess": "1"}, headers=FETCH)
    assert client.get("/2031/").context["zone"] == "Africa/Lagos"
    assert Profile.objects.get(user=user).zone == "Africa/Lagos"


def test_a_guess_follows_the_traveller(client):
    user = UserFactory()
    client.force_login(user)
    for zone in ["Africa/Lagos", "Europe/Berlin"]:
        client.post("/zone/", {"zone": zone, "guess": "1"}, headers=FETCH)
    assert Profile.objects.get(user=user).zone == "Europe/Berlin"
    assert not Profile.objects.get(user=user).zone_is_chosen


@pytest.mark.parametrize(
    "address", ["//evil.example", "/\\evil.example", "https:evil", "https://evil.example/", "", "x"]
)
def test_a_choice_leads_back_to_a_path_of_ours_only(client, address):
    assert post(client, "Africa/Lagos", next=address)["Location"] == "/"


def test_choosing_takes_a_post_with_a_token(client):
    assert client.get("/zone/").status_code == 405
    strict = type(client)(enforce_csrf_checks=True)
    assert strict.post("/zone/", {"zone": "Africa/Lagos"}).status_code == 403
