"""The cache: Redis, and while Redis is away the memory of this process, so that limits still hold and logins go on."""

import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django_redis.cache import RedisCache as SharedCache
from django_redis.exceptions import ConnectionInterrupted

ASK_AGAIN_SECONDS = 5  # a Redis that hangs costs a second of waiting each time it is asked


class RedisCache(SharedCache):
    """What all processes share. A limit that cannot be counted there is counted by each process for itself."""

    LOCAL = "while Redis is away"  # name of the memory, which all threads of this process share
    _away_until = 0.0  # for all threads: each has a cache object of its own

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._local = LocMemCache(self.LOCAL, {})

    def add(self, *args: Any, **kwargs: Any) -> Any:
        """Keep a value under a key that is free; return whether it was."""
        return self._ask("add", *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Return what is kept under a key."""
        return self._ask("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        """Keep a value."""
        return self._ask("set", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Forget a key."""
        return self._ask("delete", *args, **kwargs)

    def _ask(self, method: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= RedisCache._away_until:
            try:
                return getattr(self.client, method)(*args, **kwargs)
            except ConnectionInterrupted:
                RedisCache._away_until = time.monotonic() + ASK_AGAIN_SECONDS
        return getattr(self._local, method)(*args, **kwargs)
