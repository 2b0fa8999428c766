"""Pages through the same server: what the bridge to WSGI hands on."""

import contextlib
import http.client
import socket
from urllib.parse import urlsplit

from conference.asgi import _for_wsgi

SCOPE = {"type": "http", "query_string": b"", "headers": []}


def test_a_header_with_an_underscore_is_not_taken_for_its_twin():
    given = [(b"x_forwarded_for", b"1.2.3.4"), (b"x-forwarded-for", b"5.6.7.8")]
    assert _for_wsgi({**SCOPE, "headers": given})["headers"] == given[1:]


def test_bytes_beyond_ascii_in_a_query_are_encoded():
    assert _for_wsgi({**SCOPE, "query_string": b"q=caf\xc3\xa9&x=%20+y"})["query_string"] == b"q=caf%C3%A9&x=%20+y"


def test_a_query_of_raw_bytes_is_answered(server):
    address = urlsplit(server)
    with socket.create_connection((address.hostname, address.port), timeout=10) as wire:
        wire.sendall(b"GET /healthz?q=\xff HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert wire.recv(100).startswith((b"HTTP/1.1 200", b"HTTP/1.1 400"))


def test_a_client_that_leaves_in_the_middle_of_its_body_holds_no_thread(server):
    address = urlsplit(server)
    for _i in range(40):  # more than there are threads
        with socket.create_connection((address.hostname, address.port), timeout=10) as wire:
            wire.sendall(b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\nhalf")
    with contextlib.closing(http.client.HTTPConnection(address.netloc, timeout=10)) as wire:
        wire.request("GET", "/healthz")
        assert wire.getresponse().status == 200
