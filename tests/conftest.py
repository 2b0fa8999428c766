"""What all tests share: a Redis database of its own for each worker, and no state that survives a test."""

import os

import pytest

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1
if "REDIS_URL" in os.environ:  # before settings are read
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace("db=0", f"db={WORKER}")


@pytest.fixture(autouse=True)
def _empty_cache():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
