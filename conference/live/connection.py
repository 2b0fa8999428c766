"""One socket's side of the hub: a bounded queue and a writer, so that a slow reader harms nobody."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from conference.live.registry import Reader, Topic

QUEUE = 64  # frames that may wait for a reader
TOPICS_AT_MOST = 64
RESYNC = '{"on":"resync"}'
BURST, PER_SECOND = 60, 20  # commands

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Connection:
    """A reader's open socket."""

    def __init__(self, reader: Reader, send: Send) -> None:
        self.reader = reader
        self.topics: dict[str, Topic] = {}  # open ones, by global name
        self.opening: dict[str, list[str]] = {}  # frames that arrive while a topic is being opened
        self.is_behind = False
        self.close_code: int | None = None
        self.closing = asyncio.Event()
        self._send = send
        self._queue: deque[str] = deque()
        self._wake = asyncio.Event()
        self._tokens, self._counted_at = float(BURST), time.monotonic()

    def put(self, topic: str, frame: str) -> None:
        """Queue a frame of a topic. One too many drops the queue: the reader is told to ask for what is missing."""
        if self.opening and topic in self.opening:
            waiting = self.opening[topic]
            if len(waiting) < QUEUE:
                waiting.append(frame)
            return
        if topic in self.topics:
            self.put_frame(frame)

    def put_frame(self, frame: str) -> None:
        """Queue a frame that belongs to no topic."""
        if self.is_behind:
            return
        if len(self._queue) >= QUEUE:
            self._queue.clear()
            self.is_behind = True
            frame = RESYNC
        self._queue.append(frame)
        self._wake.set()

    def opened(self, topic: str, entry: Topic) -> None:
        """Let the frames of a topic through, first those that came while it was being opened."""
        self.topics[topic] = entry
        waited = self.opening.pop(topic, [])
        for frame in waited:
            self.put_frame(frame)
        if len(waited) >= QUEUE:
            self.put_frame(RESYNC)

    def not_opened(self, topic: str) -> None:
        """Forget a topic that was refused or closed."""
        self.opening.pop(topic, None)
        self.topics.pop(topic, None)

    async def reply(self, number: int | None, **answer: Any) -> None:
        """Answer a command. Waits for a slow reader, who then gets no further command read either."""
        await self._send({"type": "websocket.send", "text": orjson.dumps({"id": number, **answer}).decode()})

    async def write(self) -> None:
        """Send what is queued, for as long as the socket is open."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                frame = self._queue.popleft()
                if frame is RESYNC:
                    self.is_behind = False  # what comes from here on is sent; what was dropped is asked for
                await self._send({"type": "websocket.send", "text": frame})

    def close(self, code: int) -> None:
        """Ask for the socket to be closed; its own loop does it."""
        self.close_code = self.close_code or code
        self.closing.set()

    def is_flooding(self) -> bool:
        """Count one command; tell whether that was one too many."""
        now = time.monotonic()
        self._tokens = min(BURST, self._tokens + (now - self._counted_at) * PER_SECOND)
        self._counted_at = now
        self._tokens -= 1
        return self._tokens < 0
