"""An attendee's morning in Sydney, from the login form to a paper's chat and the schedule: the path through all floors."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from papers import services as papers
from schedule import services as schedule
from tests.factories import EditionFactory, RegistrationFactory, UserFactory

VENUE = ZoneInfo("Africa/Addis_Ababa")
PASSWORD = "a long walk by the lake"
START = dt.datetime(2031, 4, 5, 15, 30, tzinfo=dt.UTC)  # half past two in Sydney, the night the clocks go back


@pytest.fixture
def edition():
    today = timezone.localdate(timezone=VENUE)
    edition = EditionFactory(slug="2031", name="Adulis 2031", zone=VENUE.key, starts_on=today)
    for title, author in [("Oceans of Attention", "Zoë Müller"), ("Quiet Gradients", "Ana Sousa")]:
        papers.create_paper(
            edition=edition,
            values={"title": title, "abstract": f"We study {title.lower()}, where $x^2$ grows."},
            authors=[papers.AuthorLine(name=author)],
            keywords=["attention"],
        )
    values = {
        "title": "Poster session 1",
        "kind": "poster",
        "starts_at": START,
        "ends_at": START + dt.timedelta(hours=1),
    }
    session = schedule.create_session(edition=edition, values=values)
    first = edition.papers.get(title="Oceans of Attention")
    schedule.set_slots(session=session, lines=[schedule.SlotLine(paper=first)])
    return edition


@pytest.fixture
def attendee(edition):
    user = UserFactory(email="sydney@example.org", name="Matilda")
    user.set_password(PASSWORD)
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return RegistrationFactory(edition=edition, user=user).user


@pytest.mark.usefixtures("attendee")
@pytest.mark.parametrize("width", [390, 1280])
def test_an_attendee_logs_in_finds_a_paper_talks_about_it_and_sees_her_own_times(new_reader, axe, width):
    page = new_reader(None, zone="Australia/Sydney", width=width, chosen=False)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Log in").click()
    page.locator("[name=login]").fill("sydney@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")

    expect(page.locator("h1")).to_contain_text("Adulis 2031, day 1 of 5")
    expect(page.get_by_role("main").get_by_text("in Sydney")).to_be_visible()  # guessed from the browser

    go_to(page, "Papers")
    page.get_by_role("searchbox").fill("muller ocean")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Quiet Gradients")).to_have_count(0)
    page.get_by_role("main").get_by_role("link", name="Oceans of Attention").first.click()

    expect(page.locator("h1")).to_have_text("Oceans of Attention")
    expect(page.get_by_role("main")).to_contain_text("Sun 6 Apr, 02:30")
    expect(page.locator(".katex").first).to_be_visible()
    page.locator("chat-room textarea").fill("Does it hold under *drift*?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("chat-room em", has_text="drift")).to_be_visible()
    axe(page)

    go_to(page, "Schedule")
    expect(page.get_by_role("main")).to_contain_text("Sunday, 6 April 2031")
    expect(page.get_by_role("main")).to_contain_text("02:30")
    axe(page)
    page.get_by_role("link", name="Poster session 1").first.click()
    expect(page.get_by_role("link", name="Oceans of Attention")).to_be_visible()


def go_to(page, place):
    page.locator("nav:visible").get_by_role("link", name=place, exact=True).first.click()
