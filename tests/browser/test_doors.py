"""The ways in, in a browser: what a page's policies and scripts do to its own forms no other test sees."""

import re

import pytest
from playwright.sync_api import expect

from conference.mail.models import Delivery
from conference.people import services
from tests.factories import EditionFactory


@pytest.fixture
def edition():
    return EditionFactory(slug="2031", name="Adulis 2031", zone="Africa/Addis_Ababa")


def test_the_link_of_an_invitation_lets_in(edition, new_reader):
    services.invite(edition=edition, email="ada@example.org", name="Ada")
    link = re.search(r"/accounts/invitation/\S+", Delivery.objects.get().text)[0]
    page = new_reader(None, width=390)
    page.goto(link)
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Adulis 2031")
    expect(page).to_have_url("/2031/")


@pytest.mark.usefixtures("edition")
def test_a_guess_of_the_zone_leaves_a_form_that_is_being_filled_in(new_reader):
    page = new_reader(None, zone="Australia/Sydney", chosen=False)
    held = []
    page.route("**/zone/", lambda route: held.append(route))  # noqa: PLW0108 - a bound method of a list will not do
    with page.expect_request("**/zone/"):
        page.goto("/accounts/login/")
    address = page.locator("[name=login]")
    address.fill("ada@example.org")
    with page.expect_response("**/zone/"):
        held.pop().continue_()
    page.wait_for_function("sessionStorage.getItem('zone-guessed')")
    expect(address).to_have_value("ada@example.org")
    page.goto("/")
    expect(page.locator(".zone-picker__city")).to_have_text("Sydney")
