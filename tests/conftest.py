"""What all tests share: no state that survives a test."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _empty_cache():
    """Empty the cache alone: `clear()` would flush the Redis database, and with it a running worker's queues."""
    cache.delete_pattern("*")


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
