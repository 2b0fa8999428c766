"""The address `/ws/<edition>/`: the handshake, then one command after the other until the socket closes."""

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils.translation import gettext as _

from conference.common.refused import Refused
from conference.live import frames, readers, watch
from conference.live.connection import TOPICS_AT_MOST, Connection
from conference.live.hub import GONE, Hub
from conference.live.registry import COMMANDS, TOPICS, Command, Reader, Topic
from conference.live.threads import in_thread

log = logging.getLogger(__name__)

ADDRESS = re.compile(r"/ws/(?P<edition>[A-Za-z0-9][A-Za-z0-9._-]*)/")
UNACCEPTABLE, FLOODING = 4400, 4429
LOOPBACK = {"127.0.0.1", "localhost", "::1"}

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub_here() -> Hub:
    """Return this process's hub, started with its first socket."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
        watch.start(_hubs[loop])
    return _hubs[loop]


async def stop() -> None:
    """End this process's hub."""
    if hub := _hubs.pop(asyncio.get_running_loop(), None):
        await hub.stop()


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Serve one socket. Whoever may not have it is refused before it is accepted: HTTP 403."""
    await receive()  # websocket.connect
    reader = await _reader_at_the_door(scope)
    if reader is None:
        await send({"type": "websocket.close", "code": GONE})
        return
    await send({"type": "websocket.accept"})
    hub, connection = hub_here(), Connection(reader, send)
    await hub.enter(connection)
    tasks = {
        asyncio.create_task(work)
        for work in (_listen(hub, connection, receive), connection.write(), _ask_to_close(connection))
    }
    try:
        done, _pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if (problem := task.exception()) and not isinstance(problem, OSError):
                log.error("A socket failed.", exc_info=problem)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await hub.leave(connection)
        if connection.close_code:
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(5):
                    await send({"type": "websocket.close", "code": connection.close_code})


async def _reader_at_the_door(scope: dict[str, Any]) -> Reader | None:
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    address = ADDRESS.fullmatch(scope["path"])
    if address is None or not is_our_origin(headers.get(b"origin", ""), headers.get(b"host", "")):
        return None
    try:
        cookie = SimpleCookie(headers.get(b"cookie", "")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    if cookie is None or "\x00" in cookie.value:
        return None
    try:
        return await in_thread(readers.enter, cookie.value, address["edition"])
    except DatabaseError as problem:
        log.warning("Nobody could be let in: %s", problem)
        return None


def is_our_origin(origin: str, host: str) -> bool:
    """Tell whether a handshake comes from a page of ours: scheme, host and port, all of them.

    What counts are the configured origins, never `ALLOWED_HOSTS`. In debug, also this machine under any port.
    """
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    return settings.DEBUG and origin == f"http://{host}" and _hostname(origin) in LOOPBACK


def _hostname(origin: str) -> str | None:
    try:
        return urlsplit(origin).hostname
    except ValueError:
        return None


async def _ask_to_close(connection: Connection) -> None:
    await connection.closing.wait()


async def _listen(hub: Hub, connection: Connection, receive: Receive) -> None:
    """Read commands, one after the other, until the client goes or has to."""
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            return
        if connection.is_flooding():
            connection.close(FLOODING)
            return
        try:
            number, name, given = frames.read(event.get("text"))
        except frames.Unacceptable:
            connection.close(UNACCEPTABLE)
            return
        await _answer(hub, connection, number, name, given)
        if connection.close_code:
            return


async def _answer(hub: Hub, connection: Connection, number: int | None, name: str, given: dict[str, Any]) -> None:
    """Do one command and answer it. Whatever fails in it concerns this command alone."""
    command = COMMANDS[name]
    try:
        fields = frames.fields(command, given)
        if name in BY_THE_HUB:
            await BY_THE_HUB[name](hub, connection, number, **fields)
            return
        reader, done = await in_thread(_do, connection.reader, command, fields)
        await _renew(hub, connection, reader)
        if reader:
            await connection.reply(number, ok=done)
    except Refused as refusal:
        await connection.reply(number, error=refusal.as_dict())
    except DatabaseError:
        log.exception("The command %s met a database that did not answer.", name)
        text = _("The server could not do this right now. It will be tried again.")
        await connection.reply(number, error=Refused("unavailable", text, retry_after=3).as_dict())
    except OSError:
        raise  # the socket is gone
    except Exception:
        log.exception("The command %s failed.", name)
        await connection.reply(number, error=Refused("failed", _("Something went wrong at the server.")).as_dict())


def _do(reader: Reader, command: Command, fields: dict[str, Any]) -> tuple[Reader | None, Any]:
    now = readers.look_again(reader)
    if now is None:
        return None, None
    if not now.allows(command.access):
        raise Refused("not_allowed", _("You may not do this here."))
    return now, command.handler(now, **fields)


async def _renew(hub: Hub, connection: Connection, reader: Reader | None) -> None:
    if reader is None:
        connection.close(GONE)
    else:
        await hub.renew(connection, reader)


async def _open(hub: Hub, connection: Connection, number: int | None, *, topic: str, after: int | None = None) -> None:
    """Subscribe first, then fetch: what happens in between waits and follows the answer."""
    kind, key, name = frames.topic(topic, connection.reader)
    entry, was_open = TOPICS[kind], name in connection.topics
    if not was_open and len(connection.topics) >= TOPICS_AT_MOST:
        raise Refused("too_many", _("This page follows too many things at once."))
    connection.opening[name] = []
    await hub.listen(connection, name)
    try:
        reader, snapshot = await in_thread(_look, connection.reader, entry, key, after)
    except BaseException:
        await hub.unlisten(connection, name)
        raise
    await _renew(hub, connection, reader)
    if reader is None:
        return
    if entry.is_counted:
        if not was_open:
            hub.presence.joined(name, reader.user.key)
        snapshot = {"count": hub.presence.counts.get(name)}
    if entry.cursors:
        hub.seen.setdefault(name, snapshot["change"])
    await connection.reply(number, ok=snapshot)
    connection.opened(name, entry)


def _look(reader: Reader, entry: Topic, key: str, after: int | None) -> tuple[Reader | None, dict[str, Any]]:
    now = readers.look_again(reader)
    if now is None:
        return None, {}
    if not now.allows(entry.access) or not entry.may_open(now, key):
        raise Refused("not_found", _("There is no such topic."))
    return now, dict(entry.snapshot(now, key, after)) if entry.snapshot else {}


async def _close(hub: Hub, connection: Connection, number: int | None, *, topic: str) -> None:
    _kind, _key, name = frames.topic(topic, connection.reader)
    if name in connection.topics:
        await hub.unlisten(connection, name)
        if name == f"me:{connection.reader.user.key}":
            await hub.listen(connection, name)  # the hub itself goes on listening for the person
    await connection.reply(number, ok={})


async def _ping(_hub: Hub, connection: Connection, _number: int | None) -> None:
    connection.put_frame(watch.pulse_frame({}))


BY_THE_HUB = {"open": _open, "close": _close, "ping": _ping}
