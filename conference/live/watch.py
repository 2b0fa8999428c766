"""What runs beside the sockets: listening to Redis, noticing that it is away, pulses, and looking at access again."""

import asyncio
import datetime as dt
import logging
import time
from typing import Any

import orjson
from channels.layers import get_channel_layer
from django.db import Error as DatabaseError

from conference.live import publish
from conference.live.hub import GATHER_SECONDS, Hub
from conference.live.registry import TOPICS
from conference.live.threads import in_thread

log = logging.getLogger(__name__)

BEAT_SECONDS = 1
AWAY_AFTER_SECONDS = 2.5  # without a beat
PULSE_SECONDS = 20
ACCESS_SECONDS = 25  # every open socket is looked at at least every 30 s
AFTERWARDS = 3  # times the rooms are asked for once more when Redis is back: frames of that moment may be lost


def start(hub: Hub) -> None:
    """Start everything that the hub needs beside it."""
    for work in (listen(hub), beat(hub), watch(hub), pulse(hub), look_again(hub), gather(hub), hub.presence.run()):
        hub.spawn(work)


async def listen(hub: Hub) -> None:
    """Pass on what the channel layer brings."""
    layer = get_channel_layer()
    while True:
        try:
            if not hub.channel:
                hub.channel = await layer.new_channel("hub")
            hub.receive(await layer.receive(hub.channel))
        except asyncio.CancelledError:
            raise
        except Exception as problem:  # noqa: BLE001 - one bad message or a layer that is away must not end this
            log.debug("Nothing could be received: %s", problem)
            await asyncio.sleep(BEAT_SECONDS)


async def beat(hub: Hub) -> None:
    """Send messages through Redis to this process itself: they tell whether Redis is there. Join what could not be."""
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        if hub.channel and await hub.send_beat():
            for topic in list(hub.unjoined):
                await hub.join(topic)
                if topic.startswith("me:") and topic not in hub.unjoined:
                    hub.spawn(hub.look_again(set(hub.listeners.get(topic, ()))))  # word of it may have been lost


async def watch(hub: Hub) -> None:
    """While beats stay away, and for a moment after, ask Postgres for the rooms' numbers."""
    is_away, afterwards = False, 0
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        was_away, is_away = is_away, time.monotonic() - hub.heard_at > AWAY_AFTER_SECONDS
        if is_away and not was_away:
            log.warning("Redis is away: rooms are asked for in the database until it is back.")
        if was_away and not is_away:
            log.warning("Redis is back.")
            hub.spawn(hub.look_again(set(hub.connections)))
            afterwards = AFTERWARDS
        if is_away or afterwards:
            afterwards -= not is_away
            await catch_up(hub)


async def catch_up(hub: Hub) -> dict[str, int]:
    """Deliver what this process has not seen of its rooms. Return their numbers: one query while nothing is new."""
    by_kind: dict[str, list[str]] = {}
    for topic in hub.listeners:
        kind, _, key = topic.partition(":")
        if kind in TOPICS and TOPICS[kind].cursors:
            by_kind.setdefault(kind, []).append(key)
    numbers: dict[str, int] = {}
    for kind, keys in by_kind.items():
        try:
            numbers |= await _catch_up(hub, kind, keys)
        except DatabaseError as problem:
            log.warning("The database did not answer: %s", problem)
    return numbers


async def _catch_up(hub: Hub, kind: str, keys: list[str]) -> dict[str, int]:
    entry = TOPICS[kind]
    numbers = await in_thread(entry.cursors, keys)
    behind = {
        key: hub.seen[f"{kind}:{key}"]
        for key, change in numbers.items()
        if change > hub.seen.get(f"{kind}:{key}", change)
    }
    if behind:
        for key, payloads in (await in_thread(entry.changes, behind)).items():
            for payload in payloads:
                hint = publish.message(f"{kind}:{key}", payload)
                hub.deliver(hint["topic"], hint["frame"], hint["change"])
    return numbers


async def pulse(hub: Hub) -> None:
    """Every 20 s tell each socket the numbers of its open rooms, so that a lost hint is found."""
    while True:
        await asyncio.sleep(PULSE_SECONDS)
        numbers = await catch_up(hub)
        for connection in list(hub.connections):
            rooms = (topic.partition(":")[2] for topic, entry in connection.topics.items() if entry.cursors)
            connection.put_frame(pulse_frame({key: numbers[key] for key in rooms if key in numbers}))


def pulse_frame(rooms: dict[str, int]) -> str:
    """Return the frame that says: this socket is alive, and this is where its rooms stand."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    frame: dict[str, Any] = {"on": "pulse", "t": now, "rooms": rooms}
    return orjson.dumps(frame).decode()


async def look_again(hub: Hub) -> None:
    """Close the sockets of those who may no longer be here, whatever Redis brought or lost."""
    while True:
        await asyncio.sleep(ACCESS_SECONDS)
        try:
            await hub.look_again(set(hub.connections))
        except DatabaseError as problem:
            log.warning("Access could not be looked at again: %s", problem)


async def gather(hub: Hub) -> None:
    """Send crowds what was gathered for them, four times a second."""
    while True:
        await asyncio.sleep(GATHER_SECONDS)
        hub.deliver_gathered()
