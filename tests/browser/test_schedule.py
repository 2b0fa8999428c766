"""The schedule in a browser: a session that is moved while its pages are open, and the reader's own hours."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from schedule import services
from schedule.services import SlotLine
from tests.factories import EditionFactory, PaperFactory, RegistrationFactory, SessionFactory, UserFactory

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def edition():
    today = timezone.now().date()
    return EditionFactory(slug="2031", zone="Africa/Addis_Ababa", starts_on=today - dt.timedelta(days=1))


@pytest.fixture
def session(edition):
    """Noon to one of tomorrow in UTC, with a paper in it."""
    noon = dt.datetime.combine(timezone.now().date() + dt.timedelta(days=1), dt.time(12), dt.UTC)
    found = SessionFactory(
        edition=edition, key="p3", title="Poster session 3", kind="poster", starts_at=noon, ends_at=noon + HOUR
    )
    services.set_slots(session=found, lines=[SlotLine(PaperFactory(edition=edition, key="maps", title="On maps"))])
    SessionFactory(edition=edition, key="lunch", title="Lunch", starts_at=noon + HOUR / 2, ends_at=noon + HOUR)
    return found


@pytest.fixture
def enter(edition, new_reader):
    """Open a page as somebody who is registered, and wait until its socket is there."""

    def open_page(email, path, **options):
        RegistrationFactory(edition=edition, user=UserFactory(email=email))
        page = new_reader(email, **options)
        page.goto(f"/2031/{path}")
        page.wait_for_function("async () => (await import('/static/js/live.js')).live.isOpen")
        return page

    return open_page


def day(moment):
    return f"{moment:%a} {moment.day} {moment:%b}"


def test_a_session_moved_in_admin_appears_on_open_pages_which_say_so(session, enter, new_reader, worker):
    tomorrow = session.starts_at
    at_schedule = enter("kwame@example.org", f"schedule/?day={tomorrow:%Y-%m-%d}", zone="UTC")
    at_paper = enter("mei@example.org", "papers/maps/", zone="Asia/Kolkata")
    at_home = enter("ada@example.org", "", zone="UTC")
    rows = at_schedule.locator(".session-row__title")
    expect(rows).to_have_text(["Poster session 3", "Lunch"])
    expect(at_paper.locator("[data-session=p3]")).to_contain_text("17:30")
    organizer = UserFactory(email="grace@example.org", is_staff=True, is_superuser=True)
    admin = new_reader(organizer.email)
    admin.goto(reverse("admin:schedule_session_change", args=[session.pk]))
    admin.locator("[name=starts_at_1]").fill("13:00:00")
    admin.locator("[name=ends_at_1]").fill("14:00:00")
    admin.get_by_role("button", name="Save", exact=True).first.click()
    expect(admin.locator(".messagelist")).to_be_visible()
    said = f"Poster session 3 moved: now {tomorrow:%a} 13:00 (was 12:00)"
    expect(at_schedule.locator("#toasts")).to_contain_text(said)
    expect(rows).to_have_text(["Lunch", "Poster session 3"])
    expect(at_schedule.locator("[data-session=p3]")).to_contain_text("13:00 – 14:00")
    in_india = f"Poster session 3 moved: now {tomorrow:%a} 18:30 (was 17:30)"
    expect(at_paper.locator("#toasts")).to_contain_text(in_india)
    expect(at_paper.locator("[data-session=p3]")).to_contain_text(f"{day(tomorrow)}, 18:30 – 19:30")
    expect(at_home.locator("#toasts")).to_contain_text(said)
    expect(at_home.locator("#now-and-next [data-session=p3]")).to_contain_text("13:00 – 14:00")
    assert at_schedule.locator("#toasts .toast").count() == 1


def test_cancelled_and_retitled_sessions_change_on_open_pages(session, enter, worker):
    page = enter("kwame@example.org", "schedule/p3/")
    services.change_session(
        session=session, values={"is_cancelled": True, "title": "Posters on maps", "place": "Hall 2"}
    )
    expect(page.locator("h1")).to_have_text("Posters on maps")
    expect(page.locator(".session [data-part=state]").first).to_have_text("Cancelled")
    expect(page.locator(".session [data-part=place]").first).to_have_text("Hall 2")
    expect(page.locator("#toasts .toast")).to_have_count(3)


def test_a_session_that_is_put_off_is_no_longer_on(session, enter, worker):
    now = timezone.now()
    services.change_session(session=session, values={"starts_at": now - HOUR / 2, "ends_at": now + HOUR})
    page = enter("kwame@example.org", "schedule/p3/")
    expect(page.locator(".session-now")).to_be_visible()
    services.change_session(session=session, values={"starts_at": now + HOUR / 2})
    expect(page.locator("#toasts .toast")).to_have_count(1)
    expect(page.locator(".session-now")).to_be_hidden()


def test_a_page_that_was_offline_learns_what_it_missed(session, enter, worker):
    page = enter("kwame@example.org", "schedule/?day=all", allow=["ERR_INTERNET_DISCONNECTED"])
    page.context.set_offline(True)
    page.wait_for_function("async () => !(await import('/static/js/live.js')).live.isOpen")
    services.change_session(session=session, values={"title": "Posters on maps"})
    page.context.set_offline(False)
    expect(page.locator("[data-session=p3] [data-part=title]")).to_have_text("Posters on maps")
    expect(page.locator("#toasts .toast")).to_have_count(1)


def test_a_session_moved_to_another_day_goes_there(session, enter, worker):
    page = enter("kwame@example.org", "schedule/?day=all", zone="UTC")
    lunch = session.starts_at + 24 * HOUR
    SessionFactory(edition=session.edition, title="Breakfast", starts_at=lunch - 4 * HOUR, ends_at=lunch - 3 * HOUR)
    page.reload()
    page.wait_for_function("async () => (await import('/static/js/live.js')).live.isOpen")
    services.change_session(session=session, values={"starts_at": lunch, "ends_at": lunch + HOUR})
    there = page.locator(f"[data-day='{lunch:%Y-%m-%d}'] .session-row__title")
    expect(there).to_have_text(["Breakfast", "Poster session 3"])


def test_a_sydney_reader_sees_her_own_hours_across_the_end_of_summer_time(edition, enter):
    for title, start in [("Before", "2026-04-04T15:30"), ("After", "2026-04-04T16:30"), ("Later", "2026-04-05T13:30")]:
        begins = dt.datetime.fromisoformat(f"{start}+00:00")
        SessionFactory(edition=edition, title=title, starts_at=begins, ends_at=begins + HOUR)
    page = enter("olivia@example.org", "schedule/?day=2026-04-05", zone="Australia/Sydney")
    expect(page.locator(".session-row__hours")).to_have_text(["02:30 – 02:30", "02:30 – 03:30", "23:30 – 00:30 +1 day"])
    expect(page.locator(".zone-note")).to_contain_text("Sydney time")
    first = page.locator(".session-row time").first
    expect(first).to_have_attribute("datetime", "2026-04-04T15:30:00Z")
    expect(first).to_have_attribute("title", "Sat 4 Apr 2026, 18:30 Africa/Addis_Ababa")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_the_schedule_keeps_the_rules_of_accessibility_and_its_width(session, enter, axe, width, dark):
    now = timezone.now()
    SessionFactory(edition=session.edition, title="Running", starts_at=now - HOUR, ends_at=now + HOUR)
    services.change_session(session=session, values={"place": "Hall 2"}, why="More room")
    page = enter("kwame@example.org", "schedule/?day=all", width=width, dark=dark)
    for path in ["schedule/?day=all", "schedule/p3/", "schedule/changes/"]:
        page.goto(f"/2031/{path}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_schedule_is_read_without_scripts(session, edition, new_reader):
    RegistrationFactory(edition=edition, user=UserFactory(email="kwame@example.org"))
    page = new_reader("kwame@example.org", scripts=False)
    page.goto("/2031/schedule/")
    page.get_by_role("link", name="All days").click()
    page.get_by_role("link", name="Poster session 3").click()
    page.get_by_role("link", name="On maps").click()
    expect(page.locator("h1")).to_have_text("On maps")
