"""Django admin in a browser: its scripts run, its pages keep the content security policy."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from conference.editions import services
from tests.factories import EditionFactory, UserFactory

EMAIL = "grace@example.org"


@pytest.fixture
def page(new_reader):
    UserFactory(email=EMAIL, is_staff=True, is_superuser=True)
    return new_reader(EMAIL)


def test_an_organizer_changes_an_edition_with_the_calendar_of_admin(page):
    edition = EditionFactory(slug="2031")
    page.goto(reverse("admin:editions_edition_change", args=[edition.pk]))
    expect(page.get_by_role("link", name="View on site")).to_be_visible()
    page.get_by_label("Name").fill("Adulis 2031")
    for link in ("Today", "Now"):  # made by admin's own scripts
        page.locator(".field-opens_at").get_by_role("link", name=link).click()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".messagelist")).to_contain_text("Adulis 2031")
    edition.refresh_from_db()
    assert edition.opens_at


@pytest.mark.parametrize("path", ["", "editions/edition/", "editions/faqentry/", "editions/faqentry/add/"])
def test_pages_of_admin_load_without_a_word_in_the_console(page, path):
    section = services.save_faq_section(edition=EditionFactory(), title="Chat")
    services.save_faq_entry(section=section, question="How?", answer="So.")
    assert page.goto(f"/admin/{path}").status == 200
    expect(page.locator("#content h1")).to_be_visible()
