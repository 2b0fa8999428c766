"""Chat fan-out to 500 open sockets of one room: how many deliveries, at what cost, how late.

`python -m conference.stack.testing python -m bench.fanout`, or as a part of `make bench`.
"""

import asyncio
import base64
import os
import re
import sys
import time
import uuid
from typing import Any

import django
import orjson
from django.conf import settings
from django.core.management import call_command

from bench.rows import Row

SOCKETS, PEOPLE = 500, 50
RATE, SECONDS = 10, 10  # messages a second, while latency is measured
ROUNDS, IN_ROUND = 60, 32  # frames as fast as they are read; a round stays below a socket's queue of 64
PING = 0x9
SENT_AT = re.compile(rb"<p>t(\d+)</p>")


class Reader(asyncio.Protocol):
    """A client that does as little as it can: counts frames and notes when each came."""

    def __init__(self, host: str, path: str, cookie: str) -> None:
        self.head = (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
            f"{base64.b64encode(os.urandom(16)).decode()}\r\n\r\n"
        ).encode()
        self.is_open, self.count, self.buffer = False, 0, bytearray()
        self.delays: list[float] = []
        self.answered = asyncio.Event()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.head)

    def send(self, command: dict[str, Any]) -> None:
        """Send a masked text frame of less than 126 bytes."""
        text = orjson.dumps(command)
        self.transport.write(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text)  # a mask of zeros leaves it as it is

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.is_open:
            head, end, rest = self.buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head[:20]:
                raise SystemExit(f"The server refused: {head.decode()}")
            self.is_open, self.buffer = True, rest
        while (frame := self._frame()) is not None:
            self._take(frame)

    def _frame(self) -> bytes | None:
        if len(self.buffer) < 4:  # noqa: PLR2004 - no frame that comes here is smaller
            return None
        length, start = self.buffer[1] & 0x7F, 2
        if length == 126:  # noqa: PLR2004 - the WebSocket protocol's mark of a longer frame
            length, start = int.from_bytes(self.buffer[2:4]), 4
        if len(self.buffer) < start + length:
            return None
        frame, is_ping = bytes(self.buffer[start : start + length]), self.buffer[0] & 0x0F == PING
        del self.buffer[: start + length]
        if is_ping:
            self.transport.write(bytes([0x8A, 0x80 | length, 0, 0, 0, 0]) + frame)
            return b""
        return frame

    def _take(self, frame: bytes) -> None:
        if b'"ok"' in frame[:20]:
            self.answered.set()
        elif frame == b'{"on":"resync"}':
            raise SystemExit("A queue overflowed: the frames that were dropped cannot be counted.")
        elif frame.startswith(b'{"on":"room:'):
            self.count += 1
            if found := SENT_AT.search(frame):
                self.delays.append(time.time() * 1_000 - int(found[1]) / 1_000)


def measure() -> list[Row]:
    """Open the sockets on a server of our own and measure."""
    from bench import server  # noqa: PLC0415 - models are there only now
    from chat.models import Message, Room  # noqa: PLC0415
    from chat.queries import as_frame  # noqa: PLC0415
    from chat.services import open_room, post_message  # noqa: PLC0415
    from conference.accounts.services import create_account  # noqa: PLC0415
    from conference.editions.models import Edition  # noqa: PLC0415
    from conference.people.models import Registration  # noqa: PLC0415
    from conference.people.services import register  # noqa: PLC0415

    today = django.utils.timezone.now().date()
    edition, _made = Edition.objects.get_or_create(
        slug="fanout", defaults={"name": "Fan-out", "starts_on": today, "ends_on": today}
    )
    people = [
        create_account(email=f"listener{number}@example.org", name=f"Listener {number}", is_verified=True)
        for number in range(PEOPLE)
    ]
    for user in people:
        register(edition=edition, user=user, source=Registration.Source.ADMIN)
    room: Room = open_room(edition=edition, kind="paper", name="Fan-out")
    cookies = [server.cookie_of(user) for user in people]

    def write(number: int) -> None:
        text = f"t{int(time.time() * 1_000_000)}"
        post_message(room=room, author=people[number % PEOPLE], text=text, nonce=uuid.uuid4())

    with server.running() as running:
        run = _Run(running, room.topic, cookies)
        return asyncio.run(run.measure(write, lambda: as_frame(Message.objects.filter(room=room).latest("seq"))))


class _Run:
    def __init__(self, running: Any, topic: str, cookies: list[str]) -> None:
        self.running, self.topic, self.cookies = running, topic, cookies
        self.readers: list[Reader] = []

    async def measure(self, write: Any, last_frame: Any) -> list[Row]:
        rows = [Row(f"chat: {SOCKETS} sockets join a room", await self._join(), "s")]
        rows += await self._latency(write)
        payload = await asyncio.to_thread(last_frame)
        return rows + await self._throughput(
            {"change": payload["change"], "message": {**payload, "html": "<p>Yes.</p>"}}
        )

    async def _join(self) -> float:
        start = time.perf_counter()
        host, port = self.running.host.split(":")
        for number in range(SOCKETS):
            cookie = self.cookies[number % len(self.cookies)]
            reader = Reader(self.running.host, "/ws/fanout/", cookie)
            await asyncio.get_running_loop().create_connection(lambda reader=reader: reader, host, int(port))
            self.readers.append(reader)
        await self._until(lambda: all(reader.is_open for reader in self.readers))
        for reader in self.readers:
            reader.send({"id": 1, "do": "open", "topic": self.topic, "after": 0})
        await asyncio.wait_for(asyncio.gather(*(reader.answered.wait() for reader in self.readers)), 60)
        return time.perf_counter() - start

    async def _latency(self, write: Any) -> list[Row]:
        start = time.perf_counter()
        for number in range(RATE * SECONDS):
            await asyncio.to_thread(write, number)
            await asyncio.sleep(max(0, start + (number + 1) / RATE - time.perf_counter()))
        await self._until(lambda: all(reader.count >= RATE * SECONDS for reader in self.readers))
        delays = sorted(delay for reader in self.readers for delay in reader.delays)
        at = {name: delays[int(len(delays) * part)] for name, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}
        return [Row(f"chat: delay of a message to {SOCKETS}, {name}", value, "ms") for name, value in at.items()]

    async def _throughput(self, payload: dict[str, Any]) -> list[Row]:
        from conference.live.publish import publish  # noqa: PLC0415 - settings are there only now

        start, cpu = time.perf_counter(), self.running.cpu_seconds()
        for _round in range(ROUNDS):
            wanted = [reader.count + IN_ROUND for reader in self.readers]
            for _frame in range(IN_ROUND):
                if not await asyncio.to_thread(publish, self.topic, payload):
                    raise SystemExit("Redis did not take a frame.")
            await self._until(
                lambda wanted=wanted: all(r.count >= w for r, w in zip(self.readers, wanted, strict=True))
            )
        deliveries = ROUNDS * IN_ROUND * SOCKETS
        elapsed, cpu = time.perf_counter() - start, self.running.cpu_seconds() - cpu
        return [
            Row("chat: deliveries", deliveries / elapsed, "/s", more=True),
            Row("chat: deliveries per processor second", deliveries / cpu, "/s", reach=40_000, more=True),
        ]

    async def _until(self, fits: Any) -> None:
        async with asyncio.timeout(120):
            while not fits():  # noqa: ASYNC110 - counters set no event
                await asyncio.sleep(0.005)


if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0)
    from bench.rows import show

    show(measure(), {}, data=f"{SOCKETS} sockets, {settings.LIVE_THREADS} threads")
    sys.exit(0)
