"""How many people have something open: counted in each process, merged through Redis with a time to live.

A topic's set in Redis holds `user@process`, each with the moment until which it counts, so that a process that
died leaves nothing behind and a person with five tabs in two processes is one. While Redis is away each process
shows its own count.
"""

import asyncio
import logging
import time
import uuid
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from channels.layers import get_channel_layer
from django.conf import settings
from redis import asyncio as redis
from redis.exceptions import RedisError

from conference.live import publish

if TYPE_CHECKING:
    from conference.live.hub import Hub

log = logging.getLogger(__name__)

PUBLISH_SECONDS = 2  # at most so often for each topic
REFRESH_SECONDS = 15
LIVES_SECONDS = 40


class Presence:
    """The people behind the sockets of this process, by topic, and the merged counts."""

    def __init__(self, hub: "Hub") -> None:
        self.hub = hub
        self.counts: dict[str, int] = {}
        self._people: dict[str, Counter[str]] = defaultdict(Counter)
        self._changed: set[str] = set()
        self._process = uuid.uuid4().hex[:12]
        self._redis: redis.Redis | None = None

    def joined(self, topic: str, user_key: str) -> None:
        """Count one more socket of a person."""
        self._people[topic][user_key] += 1
        self._changed.add(topic)

    def left(self, topic: str, user_key: str) -> None:
        """Count one socket less."""
        here = self._people[topic]
        here[user_key] -= 1
        if here[user_key] <= 0:
            del here[user_key]
        self._changed.add(topic)

    async def run(self) -> None:
        """Publish what changed every two seconds, and keep alive what did not."""
        refreshed_at = time.monotonic()
        while True:
            await asyncio.sleep(PUBLISH_SECONDS)
            topics, self._changed = self._changed, set()
            if time.monotonic() - refreshed_at > REFRESH_SECONDS:
                refreshed_at = time.monotonic()
                topics |= self._people.keys()
            for topic in topics:
                await self.merge(topic)

    async def merge(self, topic: str) -> None:
        """Bring the topic's count up to date and publish it where it is another."""
        here = set(self._people.get(topic, ()))
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                count = await self._merged(topic, here)
        except (RedisError, OSError, TimeoutError):
            count, is_shared = len(here), False
        else:
            is_shared = True
        if not here:
            self._people.pop(topic, None)
        if count == self.counts.get(topic):
            return
        self.counts[topic] = count
        hint = {**publish.message(topic, {"count": count}), "count": count}
        if is_shared:
            try:
                await get_channel_layer().group_send(publish.group_of(topic), hint)
            except Exception as problem:  # noqa: BLE001 - layers raise what their client library raises
                log.debug("A count was not published: %s", problem)
        else:
            self.hub.deliver(topic, hint["frame"])
        if topic not in self.hub.listeners:
            self.counts.pop(topic, None)

    async def forget(self) -> None:
        """Take this process's people out of all counts: it ends."""
        for topic in list(self._people):
            self._people[topic].clear()
            await self.merge(topic)
        if self._redis:
            await self._redis.aclose()

    async def _merged(self, topic: str, here: set[str]) -> int:
        if self._redis is None:
            self._redis = redis.from_url(settings.REDIS_URL, decode_responses=True, socket_connect_timeout=1)
        key, now = f"hatata:{topic}", time.time()
        members = await self._redis.zrange(key, 0, -1)
        mine = {f"{user}@{self._process}" for user in here}
        gone = [member for member in members if member.endswith(f"@{self._process}") and member not in mine]
        async with self._redis.pipeline(transaction=False) as batch:
            if gone:
                batch.zrem(key, *gone)
            if mine:
                batch.zadd(key, dict.fromkeys(mine, now + LIVES_SECONDS))
            batch.zremrangebyscore(key, "-inf", now)
            batch.expire(key, LIVES_SECONDS * 2)
            batch.zrange(key, 0, -1)
            members = (await batch.execute())[-1]
        return len({member.partition("@")[0] for member in members})
