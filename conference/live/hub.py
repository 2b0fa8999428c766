"""The hub: what is published reaches this process once, and from here every local socket that has the topic open.

It holds one channel of the channel layer; the first local listener of a topic joins its group, the last leaves it.
A frame is encoded by its publisher and goes to every queue as it is. While Redis is away the hub asks Postgres for the
numbers of its rooms instead (`watch.py`), so sockets stay open and nothing waits.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Collection, Coroutine
from typing import Any

from channels.layers import get_channel_layer

from conference.live import publish, readers
from conference.live.connection import Connection
from conference.live.presence import Presence
from conference.live.registry import Reader
from conference.live.threads import in_thread

log = logging.getLogger(__name__)

LAYER_SECONDS = 1  # for one call of the channel layer
CROWD = 500  # listeners above which a topic's frames are gathered
GATHER_SECONDS = 0.25
GONE = 4401  # close code: no longer logged in, or no longer registered


class Hub:
    """The sockets of this process, by topic."""

    def __init__(self) -> None:
        self.connections: set[Connection] = set()
        self.listeners: dict[str, set[Connection]] = {}
        self.seen: dict[str, int] = {}  # the latest change that went through here, by topic
        self.unjoined: set[str] = set()  # topics whose group could not be joined while Redis is away
        self.heard_at = time.monotonic()  # when the channel layer last brought something
        self.channel = ""
        self.presence = Presence(self)
        self._gathered: dict[str, list[str]] = defaultdict(list)
        self._tasks: set[asyncio.Task[None]] = set()

    # --- Sockets come and go ------------------------------------------------------------------------------------------

    async def enter(self, connection: Connection) -> None:
        """Take in a socket. What concerns its person reaches it from now on."""
        self.connections.add(connection)
        await self.listen(connection, f"me:{connection.reader.user.key}")

    async def leave(self, connection: Connection) -> None:
        """Forget a socket and all its topics."""
        self.connections.discard(connection)
        for topic in [*connection.topics, *connection.opening, f"me:{connection.reader.user.key}"]:
            await self.unlisten(connection, topic)

    async def listen(self, connection: Connection, topic: str) -> None:
        """Let frames of the topic reach this process and the connection."""
        is_first = topic not in self.listeners
        self.listeners.setdefault(topic, set()).add(connection)
        if is_first:
            await self.join(topic)

    async def unlisten(self, connection: Connection, topic: str) -> None:
        """End what `listen` began; the last local listener leaves the group."""
        entry = connection.topics.get(topic)
        if entry and entry.is_counted:
            self.presence.left(topic, connection.reader.user.key)
        connection.not_opened(topic)
        here = self.listeners.get(topic, set())
        here.discard(connection)
        if not here and self.listeners.pop(topic, None) is not None:
            self.seen.pop(topic, None)
            self.unjoined.discard(topic)
            await self._layer(get_channel_layer().group_discard(publish.group_of(topic), self.channel))

    async def join(self, topic: str) -> None:
        """Join the topic's group, now or when Redis is back."""
        done = self.channel and await self._layer(get_channel_layer().group_add(publish.group_of(topic), self.channel))
        (self.unjoined.discard if done else self.unjoined.add)(topic)

    # --- Frames -------------------------------------------------------------------------------------------------------

    def deliver(self, topic: str, frame: str, change: int | None = None) -> None:
        """Put one frame on the queue of every local listener; in a crowd, gathered with others of the moment."""
        if change is not None:
            self.seen[topic] = max(change, self.seen.get(topic, 0))
        listeners = self.listeners.get(topic, ())
        if len(listeners) > CROWD:
            self._gathered[topic].append(frame)
            return
        for connection in listeners:
            connection.put(topic, frame)

    def deliver_gathered(self) -> None:
        """Send each crowd what was gathered for it: one frame, or an array of frames."""
        gathered, self._gathered = self._gathered, defaultdict(list)
        for topic, frames in gathered.items():
            together = frames[0] if len(frames) == 1 else f"[{','.join(frames)}]"
            for connection in self.listeners.get(topic, ()):
                connection.put(topic, together)

    def receive(self, hint: dict[str, Any]) -> None:
        """Act on one message of the channel layer."""
        self.heard_at = time.monotonic()
        if hint["type"] != "live.frame":
            return
        topic = hint["topic"]
        if hint["looks_again"]:
            self.spawn(self.look_again(set(self.listeners.get(topic, ()))))
            return
        if "count" in hint:
            self.presence.counts[topic] = hint["count"]
        self.deliver(topic, hint["frame"], hint["change"])

    # --- Access -------------------------------------------------------------------------------------------------------

    async def look_again(self, connections: Collection[Connection]) -> None:
        """Close the sockets of those who may no longer be here, and the topics that are no longer theirs."""
        # A command may renew a connection's reader meanwhile: the answer is about the one that was asked for.
        asked = {connection: connection.reader for connection in connections}
        staying = await in_thread(readers.look_again_at, list(asked.values()))
        for connection, reader in asked.items():
            renewed = staying.get(reader)
            if renewed is None:
                connection.close(GONE)
            else:
                await self.renew(connection, renewed)

    async def renew(self, connection: Connection, reader: Reader) -> None:
        """Take over the reader as they are now."""
        connection.reader = reader
        for topic, entry in list(connection.topics.items()):
            if not reader.allows(entry.access):
                await self.unlisten(connection, topic)

    # --- Beneath ------------------------------------------------------------------------------------------------------

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside, and keep hold of it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()):
            log.error("Work of the hub failed.", exc_info=problem)

    async def send_beat(self) -> bool:
        """Send this process a message through Redis; return whether Redis took it."""
        return await self._layer(get_channel_layer().send(self.channel, {"type": "live.beat"}))

    async def _layer(self, call: Coroutine[Any, Any, Any]) -> bool:
        """Return whether the channel layer did it. Nothing here may depend on that."""
        try:
            async with asyncio.timeout(LAYER_SECONDS):
                await call
        except Exception as problem:  # noqa: BLE001 - layers raise what their client library raises
            log.debug("The channel layer is away: %s", problem)
            return False
        return True

    async def stop(self) -> None:
        """End what runs beside the sockets."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.presence.forget()
