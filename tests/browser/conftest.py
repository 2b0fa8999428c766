"""A real browser on a real server. What a test needs to know:

- `live_url`: the address of the server (uvicorn, pages and sockets). Rows that a test makes are committed, so the server
  sees them, and are gone after the test.
- `new_reader(email, …)`: a page of Chromium in a context of its own, logged in as that person (made where there is none);
  `new_reader(None)` is anonymous. Addresses are relative: `page.goto("/2031/papers/")`.
  Its computer is in `zone`; with `chosen=False` the portal does not know that yet.
- `worker`: ask for it where a Celery task has to run.
- `axe(page)`: fails on violations of accessibility rules.

A test fails on errors in the console (the content security policy's are among them), on uncaught exceptions, and on any
request to another host. `new_reader(…, allow=["status of 403"])` names console errors that a test provokes on purpose.
"""

import contextlib
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import sync_playwright

from conference.accounts.models import User
from tests.browser import servers
from tests.factories import UserFactory

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("HATATA_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
SECONDS = 10


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")
            # A file stays in one process: each process that has any starts a server and a browser.
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture(autouse=True)
def _committed(transactional_db):
    """Rows are committed, for the server to see, and emptied after the test."""


@pytest.fixture(scope="package")
def live_url(django_db_setup, django_db_blocker, tmp_path_factory):
    """The address of a web server on this process' test database."""
    address, var = servers.free_address(), tmp_path_factory.mktemp("web")
    with django_db_blocker.unblock():
        env = servers.environment(var, address)
    ready = {"is_ready": lambda: servers.answers(address), "log": var / "web.log"}
    with servers.running(servers.web_command(address), env=env, **ready):
        yield address


@pytest.fixture(scope="package")
def worker(live_url, django_db_blocker, tmp_path_factory):
    """A Celery worker on the same database and queues."""
    var = tmp_path_factory.mktemp("worker")
    log = var / "worker.log"
    with django_db_blocker.unblock():
        env = servers.environment(var, live_url)
    ready = {"is_ready": servers.worker_answers, "log": log}
    with servers.running(servers.worker_command(), env=env, **ready):
        yield log


@pytest.fixture(scope="package")
def browser():
    """Chromium. Its driver keeps an event loop in this thread, so Django has to be told that queries are fine."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        yield chromium
        chromium.close()


class Watch:
    """What went wrong in the pages of a context, unless a test expects it."""

    def __init__(self, context, host, allow):
        self.host, self.allow, self.problems = host, allow, []
        context.on("console", self.hear)
        context.on("weberror", lambda error: self.note(happened=True, text=f"uncaught: {error.error}"))
        context.on("request", self.request)

    def hear(self, message):
        where = message.location.get("url", "")
        self.note(message.type == "error", f"console: {message.text} ({where})")

    def request(self, request):
        address = urlsplit(request.url)
        is_other = address.scheme not in {"data", "blob"} and address.netloc != self.host
        self.note(is_other, f"request to another host: {request.url}")

    def note(self, happened, text):
        if happened and not any(expected in text for expected in self.allow):
            self.problems.append(text)


@pytest.fixture
def new_reader(request, live_url, browser, tmp_path):
    """Open a logged-in page in a context of its own; see the top of this file."""
    opened = []

    def open_page(email, *, zone="UTC", chosen=True, width=1280, dark=False, scripts=True, allow=()):
        context = browser.new_context(
            base_url=live_url,
            timezone_id=zone,
            locale="en-GB",
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(SECONDS * 1000)
        watch = Watch(context, urlsplit(live_url).netloc, allow)
        opened.append((context, watch))
        if chosen:
            context.add_cookies([{"name": "zone", "value": zone, "url": live_url}])
        if email:
            context.add_cookies([session_cookie(email, live_url)])
        return context.new_page()

    yield open_page
    failed = request.node.stash.get(FAILED, default=True)
    for number, (context, _watch) in enumerate(opened):
        for page in context.pages if failed else []:
            with contextlib.suppress(Exception):
                page.screenshot(path=tmp_path / f"failed-{number}.png", full_page=True)
        context.close()
    problems = [problem for _context, watch in opened for problem in watch.problems]
    assert not problems, problems


def session_cookie(email, url):
    """Log in without the form, which has a test of its own; makes the person where there is none."""
    user = User.objects.filter(email=email).first() or UserFactory(email=email, name=email.partition("@")[0].title())
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url, "httpOnly": True}


@pytest.fixture
def axe():
    """Check a page against the rules of axe-core, WCAG 2.2 AA among them."""

    def check(page):
        page.evaluate(f"() => {{ {AXE.read_text()} }}")
        found = page.evaluate("async () => (await axe.run({ resultTypes: ['violations'] })).violations")
        words = [
            f"{violation['id']}: {violation['help']}\n"
            + "\n".join(f"    {node['html'][:160]} – {summary(node)}" for node in violation["nodes"][:5])
            for violation in found
        ]
        assert not found, f"{page.url}\n" + "\n".join(words)

    def summary(node):
        return re.sub(r"\s+", " ", node.get("failureSummary", ""))[:200]

    return check
