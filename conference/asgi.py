"""Pages through Django's WSGI handler in a bounded pool of threads, sockets through `conference.live`; one process.

Django's own ASGI handler costs a millisecond of every request before any work (docs/developers.md).
"""

from typing import Any
from urllib.parse import quote

from a2wsgi import WSGIMiddleware
from django.conf import settings

from conference.wsgi import application as pages  # first: it sets Django up

from conference.live import socket  # isort: skip

_pages = WSGIMiddleware(pages, workers=settings.WEB_THREADS)


async def application(scope: dict[str, Any], receive: socket.Receive, send: socket.Send) -> None:
    """Serve a request, a socket, or the server's start and end."""
    if scope["type"] == "websocket":
        await socket.application(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)
    else:
        await _pages(_for_wsgi(scope), receive, send)


def _for_wsgi(scope: dict[str, Any]) -> dict[str, Any]:
    """Return the request as WSGI servers hand it on.

    A header with an underscore would be taken for its twin with a hyphen (`X_Forwarded_For`): none gets through. Bytes
    beyond ASCII in a query are percent-encoded, as browsers do.
    """
    return {
        **scope,
        "headers": [(name, value) for name, value in scope["headers"] if b"_" not in name],
        "query_string": quote(scope["query_string"], safe=_URL_CHARACTERS).encode("ascii"),
    }


_URL_CHARACTERS = "".join(chr(number) for number in range(0x21, 0x7F))


async def _lifespan(receive: socket.Receive, send: socket.Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await socket.stop()
    await send({"type": "lifespan.shutdown.complete"})
