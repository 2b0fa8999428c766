import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from conference.editions import registry, services
from tests.factories import EditionFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return EditionFactory(slug="2031", about="Hello **all**", how_to_register="Write to us.", zone="Asia/Tokyo")


@pytest.fixture
def admitted(client, edition):
    client.force_login(RegistrationFactory(edition=edition).user)
    return client


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_root_leads_to_the_current_edition(client, edition):
    assert client.get("/")["Location"] == "/2031/"


def test_without_editions_the_root_says_how_to_make_one(client):
    response = client.get("/")
    assert response.status_code == 200
    assert "load_demo" in text(response)


def test_the_public_gets_the_landing_page(client, edition):
    services.save_committee_member(edition=edition, role="Chair", name="Selam Bekele")
    page = text(client.get("/2031/"))
    for words in ["Hello <strong>all</strong>", "Write to us.", "Selam Bekele", "Tokyo (UTC+09:00)"]:
        assert words in page


def test_an_outsider_gets_the_landing_page_too(client, edition):
    client.force_login(UserFactory())
    assert "How to register" in text(client.get("/2031/"))


def test_the_landing_page_says_when_it_begins_in_the_readers_zone(client):
    EditionFactory(slug="2035", starts_on=dt.date(2035, 4, 4), ends_on=dt.date(2035, 4, 5), zone="Asia/Tokyo")
    client.cookies["zone"] = "Africa/Lagos"
    assert "Tue 3 April 16:00 to Thu 5 April 16:00" in text(client.get("/2035/"))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"phase_override": "announced"}, "Announced."),
        (
            {"phase_override": "announced", "opens_at": dt.datetime(2031, 4, 1, 12, tzinfo=dt.UTC)},
            "opens on 1 April, 12:00",
        ),
        ({"phase_override": "open"}, "has not begun"),
        ({"phase_override": "running"}, "Running now"),
        ({"phase_override": "over"}, "stays open to the registered"),
        ({"phase_override": "archive"}, "The conference is over."),
    ],
)
def test_the_landing_page_says_where_things_stand(client, edition, values, words):
    services.save_edition(edition=edition, values=values)
    client.cookies["zone"] = "UTC"
    assert words in text(client.get("/2031/"))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2031-05-01", "2031-05-01", "1 May 2031"),
        ("2031-05-01", "2031-05-05", "1–5 May 2031"),
        ("2031-05-30", "2031-06-02", "30 May – 2 June 2031"),
        ("2031-12-30", "2032-01-02", "30 December 2031 – 2 January 2032"),
    ],
)
def test_the_dates_of_an_edition_read_well(client, edition, first, last, words):
    services.save_edition(edition=edition, values={"starts_on": first, "ends_on": last})
    assert words in text(client.get("/2031/"))


def test_home_shows_the_cards_of_other_floors_and_leaves_out_who_has_none(admitted, monkeypatch):
    cards = registry.Registry()
    empty = ("components/_empty.html", {"title": "Nothing tonight"})
    cards.register("silent", lambda _request, _edition: None)
    cards.register("loud", lambda _request, _edition: empty)
    monkeypatch.setattr("conference.editions.views.HOME_CARDS", cards)
    page = text(admitted.get("/2031/"))
    assert "Nothing tonight" in page
    assert "on its way" not in page


def test_an_empty_home_says_so(admitted, monkeypatch):
    monkeypatch.setattr("conference.editions.views.HOME_CARDS", registry.Registry())
    assert "The programme is on its way" in text(admitted.get("/2031/"))


def test_the_pages_of_the_admitted_name_their_socket(admitted):
    assert '<meta name="hatata-socket" content="/ws/2031/">' in text(admitted.get("/2031/help/"))


def test_the_public_is_told_of_no_socket(client, edition):
    assert "hatata-socket" not in text(client.get("/2031/"))


@pytest.mark.parametrize("number", [1, 3, 60])
def test_help_costs_the_same_whatever_its_length(admitted, edition, number, django_assert_max_num_queries):
    for section in range(3):
        row = services.save_faq_section(edition=edition, title=f"Section {section}")
        for entry in range(number):
            services.save_faq_entry(section=row, question=f"Question {entry}", answer="*Yes*", position=entry)
    with django_assert_max_num_queries(12):
        page = text(admitted.get("/2031/help/"))
    assert page.count("<em>Yes</em>") == 3 * number


def test_help_says_when_nothing_is_found(admitted, edition):
    row = services.save_faq_section(edition=edition, title="Chat")
    services.save_faq_entry(section=row, question="How?", answer="So.")
    assert "Nothing about “&lt;b&gt;”" in text(admitted.get("/2031/help/?q=<b>"))
    assert "How?" in text(admitted.get("/2031/help/?q=how"))


def test_the_accent_is_a_style_sheet_that_browsers_keep(client, edition):
    response = client.get("/2031/accent.css")
    assert response["Content-Type"] == "text/css"
    assert "--accent-hue: 255" in text(response)
    assert "immutable" in response["Cache-Control"]


def picture():
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "PNG")
    return SimpleUploadedFile("a.png", content.getvalue())


def test_logo_and_hero_are_public_pictures(client, edition):
    edition = services.save_edition(edition=edition, values={"logo": picture(), "hero": picture()})
    for address in (edition.logo_address, edition.hero_address):
        assert address in text(client.get("/2031/"))
        response = client.get(address)
        assert response["Content-Type"] == "image/webp"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert b"".join(response.streaming_content).startswith(b"RIFF")


@pytest.mark.parametrize("name", ["x.webp", "..", "%2e%2e%2fsettings.py", "..%5csecret", "%00"])
def test_no_other_file_can_be_had(client, edition, settings, name):
    services.save_edition(edition=edition, values={"logo": picture()})
    (settings.MEDIA_ROOT / "x.webp").write_text("secret")
    (settings.MEDIA_ROOT / "editions" / "2031" / "x.webp").write_text("secret")
    assert client.get(f"/2031/files/{name}").status_code in {302, 400, 404}


def test_the_logo_of_another_edition_is_not_under_this_address(client, edition):
    other = services.save_edition(edition=EditionFactory(slug="2032"), values={"logo": picture()})
    name = other.logo_address.rpartition("/")[2]
    assert client.get(f"/2031/files/{name}").status_code == 404


# --- Administration --------------------------------------------------------------------------------------------------


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def test_an_organizer_makes_and_changes_an_edition(staff):
    today = timezone.now().date()
    values = {"name": "Adulis", "slug": "2040", "zone": "UTC", "starts_on": today, "ends_on": today}
    values |= {"accent_hue": 30, "accent_chroma": "0.1", "logo": picture()}
    assert staff.post("/admin/editions/edition/add/", values).status_code == 302
    edition = staff.get("/2040/").context["edition"]
    assert edition.logo.name.endswith(".webp")
    address = reverse("admin:editions_edition_change", args=[edition.pk])
    assert "running" in text(staff.get(address))
    values |= {"name": "Adulis 2040", "logo": ""}
    assert staff.post(address, values).status_code == 302
    edition.refresh_from_db()
    assert (edition.name, edition.slug) == ("Adulis 2040", "2040")
    assert edition.logo


def test_an_organizer_is_told_why_a_picture_is_refused(staff, edition):
    # A real header, so that it passes the form, and then too many points to open.
    content = io.BytesIO()
    Image.new("1", (9000, 9000)).save(content, "PNG")
    values = {"name": "A", "zone": "UTC", "starts_on": "2031-01-01", "ends_on": "2031-01-02", "accent_hue": 1}
    values |= {"accent_chroma": "0.1", "logo": SimpleUploadedFile("a.png", content.getvalue())}
    address = reverse("admin:editions_edition_change", args=[edition.pk])
    assert "not a picture that we can read" in text(staff.post(address, values, follow=True))


def test_an_organizer_writes_help_and_committee(staff, edition):
    section = services.save_faq_section(edition=edition, title="Chat")
    pages = {
        "faqsection": {"edition": edition.pk, "title": "Times", "position": 1},
        "faqentry": {"section": section.pk, "question": "How?", "answer": "So.", "position": 1},
        "committeemember": {"edition": edition.pk, "role": "Chair", "name": "Selam", "position": 0},
    }
    for name, values in pages.items():
        assert staff.post(f"/admin/editions/{name}/add/", values).status_code == 302
    staff.post(f"/admin/editions/faqsection/{section.pk}/change/", {**pages["faqsection"], "title": "Chats"})
    section.refresh_from_db()
    assert section.title == "Chats"
    assert section.entries.get().question == "How?"


@pytest.mark.parametrize("number", [1, 3, 60])
@pytest.mark.parametrize("name", ["edition", "faqsection", "faqentry", "committeemember"])
def test_lists_in_admin_cost_the_same_whatever_their_length(staff, name, number, django_assert_max_num_queries):
    for edition in [EditionFactory() for _row in range(number)]:
        section = services.save_faq_section(edition=edition, title="Chat")
        services.save_faq_entry(section=section, question="How?", answer="So.")
        services.save_committee_member(edition=edition, role="Chair", name="Selam")
    with django_assert_max_num_queries(12):
        assert staff.get(f"/admin/editions/{name}/?q=a").status_code == 200
