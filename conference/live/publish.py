"""Telling open pages that something has changed. A hint only: what happened is in Postgres, and is found there too.

Topics are global: `edition:<slug>`, `me:<user key>`, `room:<room key>`. Publishing never raises and never makes a
write wait: one thread of this process, with one connection, hands the frames to the channel layer in their order.
"""

import asyncio
import atexit
import concurrent.futures
import contextlib
import hashlib
import logging
import os
import threading
from typing import Any

import orjson
from channels.layers import get_channel_layer
from django.db import transaction

log = logging.getLogger(__name__)

SECONDS = 2  # to hand one frame over; a Redis that is away is not waited for longer
WAITING_AT_MOST = 1_000  # frames; beyond that they are dropped: readers find what they missed by its number
PERSONAL = {"edition", "me"}  # a socket has one of each, so its name there needs no key
ACCESS = "access"  # kind of a `me` frame that makes the hub look again whether the person may still be here


def publish_on_commit(topic: str, payload: dict[str, Any]) -> None:
    """Tell the readers of `topic` once the running transaction is committed. Never raises."""
    hint = message(topic, payload)
    transaction.on_commit(lambda: _publisher().submit(hint), robust=True)


def publish(topic: str, payload: dict[str, Any]) -> bool:
    """Tell the readers of `topic` now; for tasks. Return whether the channel layer took it. Never raises."""
    waiting = _publisher().submit(message(topic, payload))
    if waiting is None:
        return False
    try:
        return waiting.result(SECONDS + 1)
    except (concurrent.futures.TimeoutError, concurrent.futures.CancelledError):
        return False


def look_again_on_commit(user_key: str) -> None:
    """After commit, have every process check at once whether this person's sockets may stay open."""
    publish_on_commit(f"me:{user_key}", {"kind": ACCESS})


def message(topic: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Return what travels through the channel layer: the frame as every reader gets it, encoded once, here.

    Beside it what a hub wants to know without decoding the frame.
    """
    return {
        "type": "live.frame",
        "topic": topic,
        "frame": orjson.dumps({"on": public_name(topic), **payload}).decode(),
        "change": payload.get("change"),
        "looks_again": topic.startswith("me:") and payload.get("kind") == ACCESS,
    }


def public_name(topic: str) -> str:
    """Return what clients call a topic: `edition:2026` is their `edition`, `here:2026:paper:p1` their `here:paper:p1`."""
    kind, _, rest = topic.partition(":")
    if kind in PERSONAL:
        return kind
    return f"here:{rest.partition(':')[2]}" if kind == "here" else topic


def group_of(topic: str) -> str:
    """Return the channel layer's group for a topic: names of groups are short and without colons."""
    return "live." + hashlib.blake2b(topic.encode(), digest_size=16).hexdigest()


class Publisher:
    """A thread with an event loop, because the layer is asynchronous and writers are not."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.turn = asyncio.Lock()
        self.places = threading.Semaphore(WAITING_AT_MOST)
        self.is_silent = False
        get_channel_layer()  # loaded here and not in the thread: two threads that import redis at once both fail
        threading.Thread(target=self.loop.run_forever, name="live-publisher", daemon=True).start()

    def submit(self, hint: dict[str, Any]) -> concurrent.futures.Future[bool] | None:
        """Queue one message; None when too many wait already."""
        if not self.places.acquire(blocking=False):
            return None
        return asyncio.run_coroutine_threadsafe(self._send(hint), self.loop)

    async def _send(self, hint: dict[str, Any]) -> bool:
        try:
            async with self.turn, asyncio.timeout(SECONDS):
                await get_channel_layer().group_send(group_of(hint["topic"]), hint)
        except Exception as problem:  # noqa: BLE001 - whatever a layer raises, the write has happened
            if not self.is_silent:
                log.warning("Live hints do not get through (%s); readers find changes in the database.", problem)
            self.is_silent = True
            return False
        else:
            self.is_silent = False
            return True
        finally:
            self.places.release()

    def drain(self) -> None:
        """Give what waits a moment before the process ends."""

        async def last() -> None:
            async with self.turn:
                pass

        with contextlib.suppress(Exception):
            asyncio.run_coroutine_threadsafe(last(), self.loop).result(1)


_publishers: dict[int, Publisher] = {}
_lock = threading.Lock()


def _publisher() -> Publisher:
    # By process: a forked worker inherits the object but not its thread.
    with _lock:
        here = _publishers.get(os.getpid())
        if here is None:
            _publishers.clear()
            here = _publishers[os.getpid()] = Publisher()
            atexit.register(here.drain)
        return here
