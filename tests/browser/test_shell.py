"""The shell of every page: its look at several widths, by keyboard, and for those who may not enter."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from conference.editions import services
from tests.factories import EditionFactory, EditionRoleFactory, RegistrationFactory, UserFactory

EMAIL = "ada@example.org"
PLACES = ["Home", "Papers", "Schedule", "Help"]


@pytest.fixture
def edition():
    return EditionFactory(
        slug="2031", name="Adulis 2031", zone="Africa/Addis_Ababa", about="## Welcome\n\nFive *days*."
    )


@pytest.fixture
def attendee(edition):
    return RegistrationFactory(edition=edition, user=UserFactory(email=EMAIL, name="Ada")).user


@pytest.mark.usefixtures("attendee")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/2031/", "/2031/help/"])
def test_pages_of_the_admitted_are_accessible_and_fit(new_reader, axe, path, width, dark):
    page = new_reader(EMAIL, width=width, dark=dark)
    page.goto(path)
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize("width", [390, 1280])
def test_the_landing_page_is_accessible_and_fits(new_reader, axe, width):
    page = new_reader(None, width=width)
    page.goto("/")
    expect(page).to_have_url("/2031/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)


@pytest.mark.parametrize(
    ("name", "dark"), [("login", False), ("signup", True), ("password/reset", False), ("login/code", True)]
)
def test_the_doors_are_accessible_and_fit(new_reader, axe, name, dark):
    page = new_reader(None, width=390, dark=dark)
    assert page.goto(f"/accounts/{name}/").status == 200
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    axe(page)


@pytest.mark.usefixtures("attendee")
def test_a_reader_chooses_another_time_zone(new_reader):
    page = new_reader(EMAIL, zone="Africa/Lagos", width=390)
    page.goto("/2031/help/")
    page.get_by_role("button", name="Your time zone").click()
    page.get_by_label("Show times in").fill("Asia/Tokyo")
    page.get_by_role("button", name="Use this time zone").click()
    expect(page).to_have_url("/2031/help/")
    expect(page.locator("zone-picker")).to_contain_text("Tokyo")
    page.get_by_role("button", name="Your time zone").click()
    page.get_by_role("button", name="Use this computer's (Lagos)").click()
    expect(page.locator("zone-picker")).to_contain_text("Lagos")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_any_accent_keeps_its_contrast(new_reader, axe, edition, dark):
    page = new_reader(None, dark=dark)
    for hue in range(0, 360, 60):
        services.save_edition(edition=edition, values={"accent_hue": hue, "accent_chroma": Decimal("0.30")})
        page.goto("/2031/")
        axe(page)


@pytest.mark.usefixtures("attendee")
def test_a_narrow_page_has_its_places_at_the_bottom_and_a_wide_one_at_the_top(new_reader):
    for width, shown, hidden in ((390, "Main, at the bottom", "Main"), (1280, "Main", "Main, at the bottom")):
        page = new_reader(EMAIL, width=width)
        page.goto("/2031/help/")
        bar = page.get_by_role("navigation", name=shown, exact=True)
        assert bar.get_by_role("link").all_inner_texts() == PLACES
        expect(bar.get_by_role("link", name="Help")).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("navigation", name=hidden, exact=True)).to_have_count(0)


@pytest.mark.usefixtures("attendee")
def test_the_keyboard_reaches_content_places_and_menus(new_reader):
    page = new_reader(EMAIL)
    page.goto("/2031/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.goto("/2031/")
    for _press in range(5):
        page.keyboard.press("Tab")
    expect(page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Schedule")).to_be_focused()
    page.get_by_role("button", name="Your menu").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Log out")).to_be_hidden()


@pytest.mark.usefixtures("attendee")
def test_organizers_alone_are_led_to_the_administration(new_reader, edition):
    staff = UserFactory(email="grace@example.org", is_staff=True, is_superuser=True)
    EditionRoleFactory(edition=edition, user=staff)
    for email, links in ((EMAIL, 0), (staff.email, 1)):
        page = new_reader(email)
        page.goto("/2031/")
        page.get_by_role("button", name="Your menu").click()
        expect(page.get_by_role("link", name="Administration")).to_have_count(links)


@pytest.mark.usefixtures("attendee")
def test_an_outsider_is_told_how_to_register_wherever_they_knock(new_reader):
    page = new_reader("outsider@example.org", allow=["status of 403"])
    for path in ["/2031/help/", "/2031/papers/", "/2031/nothing/here/"]:
        assert page.goto(path).status == 403
        expect(page.locator("h1")).to_contain_text("registered")
        expect(page.get_by_role("navigation", name="Main", exact=True)).to_have_count(0)


@pytest.mark.usefixtures("attendee")
def test_a_page_that_is_not_there_leads_back(new_reader, axe):
    page = new_reader(EMAIL, allow=["status of 404"])
    assert page.goto("/2031/nowhere/").status == 404
    axe(page)


@pytest.mark.usefixtures("attendee")
def test_pages_read_well_without_scripts(new_reader):
    page = new_reader(EMAIL, scripts=False, zone="Australia/Sydney")
    page.goto("/2031/")
    expect(page.get_by_text("in Sydney")).to_be_visible()
    page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Help").click()
    page.get_by_label("Search the answers").fill("poster")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url("/2031/help/?q=poster")
