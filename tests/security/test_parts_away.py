"""What answers while Redis or the database is away: logins go on, limits hold, and nobody sees a trace of the fault."""

import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.db import InterfaceError, OperationalError

from conference.accounts.services import create_account
from conference.common.cache import RedisCache
from conference.people import gate
from tests.factories import EditionFactory

PASSWORD = "a long good password"


@pytest.fixture
def redis_is_away(settings, monkeypatch):
    """A Redis at an address where nobody listens."""
    monkeypatch.setattr(RedisCache, "_away_until", 0.0)
    here = settings.CACHES["default"]
    settings.CACHES = {"default": {**here, "LOCATION": "redis://127.0.0.1:1/0"}}
    memory = LocMemCache(RedisCache.LOCAL, {})
    memory.clear()
    yield
    memory.clear()


def log_in(client, password=PASSWORD):
    client.cookies.clear()
    return client.post("/accounts/login/", {"login": "a@example.org", "password": password})


@pytest.mark.django_db
def test_people_log_in_while_redis_is_away(client, redis_is_away):
    create_account(email="a@example.org", name="A", password=PASSWORD, is_verified=True)
    assert log_in(client).status_code == 302
    client.cookies.clear()
    assert client.post("/accounts/login/code/", {"email": "a@example.org"}).status_code == 302
    client.cookies.clear()
    assert client.post("/accounts/password/reset/", {"email": "a@example.org"}).status_code == 302


@pytest.mark.django_db
def test_limits_hold_while_redis_is_away(client, redis_is_away):
    create_account(email="a@example.org", name="A", password=PASSWORD, is_verified=True)
    for number in range(5):
        assert "Too many" not in log_in(client, f"wrong {number}").content.decode()
    assert "Too many" in log_in(client).content.decode()


def test_what_is_kept_while_redis_is_away_can_be_read_and_forgotten(redis_is_away):
    assert cache.get("k", "none") == "none"
    assert cache.add("k", [1], 60)
    assert not cache.add("k", [2], 60)
    assert cache.get("k") == [1]
    cache.set("k", [3], 60)
    assert cache.get("k") == [3]
    cache.delete("k")
    assert cache.get("k") is None


@pytest.mark.django_db
@pytest.mark.parametrize("problem", [OperationalError("gone"), InterfaceError("closed")])
def test_a_database_that_is_away_is_a_pause(client, monkeypatch, problem):
    EditionFactory(slug="2031")
    client.raise_request_exception = False

    def away(_path):
        raise problem

    monkeypatch.setattr(gate, "edition_of", away)
    for address in ("/2031/", "/2031/papers/", "/api/v1/2031/papers/", "/accounts/login/"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert answer["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "gone" not in answer.content.decode()
    assert client.get("/api/v1/2031/papers/").json()["error"]["code"] == "unavailable"


@pytest.mark.django_db
def test_any_other_fault_is_500_and_tells_nothing(client, monkeypatch):
    client.raise_request_exception = False

    def broken(_path):
        raise ValueError("inner workings")

    monkeypatch.setattr(gate, "edition_of", broken)
    answer = client.get("/2031/")
    assert answer.status_code == 500
    assert "inner workings" not in answer.content.decode()
