"""How fast pages are, over HTTP as a browser would ask, and how many queries each takes."""

import http.client
import statistics
import time
from collections.abc import Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import server
from bench.imports import SLUG
from bench.rows import Row
from conference.accounts.models import User
from conference.accounts.services import create_account
from conference.editions.models import Edition
from conference.people.models import Registration
from conference.people.services import register
from papers.models import Paper

TIMES = 100
WARMING = 10  # requests that do not count
WORDS = ("graph neural networks", "reinforcement", "robust", "language model", "optimal transport", "attention")


def measure() -> list[Row]:
    """Ask for lists, searches and papers one after the other, as a reader of the imported edition."""
    edition = Edition.objects.get(slug=SLUG)
    reader = create_account(email="reader@example.org", name="Reader", is_verified=True)
    register(edition=edition, user=reader, source=Registration.Source.ADMIN)
    keys = list(Paper.objects.filter(edition=edition).values_list("key", flat=True))
    base = f"/{SLUG}/papers/"
    pages = {
        "paper list": [f"{base}?page={number % 20 + 1}" for number in range(TIMES)],
        "paper search": [f"{base}?q={WORDS[number % len(WORDS)].replace(' ', '+')}" for number in range(TIMES)],
        "paper page": [f"{base}{keys[number * 7 % len(keys)]}/" for number in range(TIMES)],
        "schedule": [f"/{SLUG}/schedule/"] * TIMES,
    }
    rows: list[Row] = []
    with server.running() as running:
        cookie = server.cookie_of(reader)
        for name, addresses in pages.items():
            before = running.cpu_seconds()
            times = sorted(_ask(running.host, cookie, addresses))
            cpu = (running.cpu_seconds() - before) / len(addresses) * 1_000
            rows += [
                Row(f"{name}, p50", statistics.median(times), "ms"),
                Row(f"{name}, p95", times[len(times) * 95 // 100], "ms"),
                Row(f"{name}, processor time", cpu, "ms"),
                Row(f"{name}, queries", _queries(reader, addresses[0]), "", reach=12),
            ]
    return rows


def _ask(host: str, cookie: str, addresses: list[str]) -> Iterator[float]:
    """Yield how long each answer took, in ms, after a few that warm the server."""
    wire = http.client.HTTPConnection(host)
    for number, address in enumerate([*addresses[:WARMING], *addresses]):
        start = time.perf_counter()
        wire.request("GET", address, headers={"Cookie": cookie})
        answer = wire.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise SystemExit(f"{address} answers {answer.status}")
        if number >= WARMING:
            yield (time.perf_counter() - start) * 1_000


def _queries(reader: User, address: str) -> int:
    """Return the number of queries of one request, its session and gate included."""
    client = Client(headers={"host": "localhost"})
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)
