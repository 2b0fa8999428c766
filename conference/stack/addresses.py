"""Where the servers are: what the environment names, else the embedded ones of this repository.

The embedded addresses follow from the var folder alone, so `manage.py shell` in another terminal meets the running
stack without being told.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from conference.stack import paths

POSTGRES_SCHEMES = {"postgres", "postgresql"}


def database_url() -> str:
    """`DATABASE_URL`, else the embedded PostgreSQL's."""
    return os.environ.get("DATABASE_URL") or embedded_database_url(paths.socket_dir())


def redis_url() -> str:
    """`REDIS_URL`, else the embedded Valkey's."""
    return os.environ.get("REDIS_URL") or embedded_redis_url(paths.socket_dir())


def embedded_database_url(sockets: Path) -> str:
    """The address of the embedded PostgreSQL with its socket in `sockets`."""
    return f"postgres://hatata@/hatata?host={quote(os.fspath(sockets), safe='')}"


def embedded_redis_url(sockets: Path) -> str:
    """The address of the embedded Valkey with its socket in `sockets`."""
    return f"unix://{quote(os.fspath(sockets))}/valkey.sock?db=0"


def database_settings(url: str | None = None) -> dict[str, Any]:
    """Django's `DATABASES["default"]` for `url` (the default: `database_url()`).

    Takes `postgres://user:password@host:port/name?option=value` and, for a Unix socket, the folder as `?host=/folder`
    or percent-encoded in the host's place. Further query parameters go to libpq (`sslmode=require`).
    Raises `ValueError` when it is not an address of a PostgreSQL database.
    """
    parts = urlsplit(url or database_url())
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in POSTGRES_SCHEMES or not name:
        raise ValueError("DATABASE_URL must look like postgres://user:password@host:5432/name.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def celery_broker_url(url: str | None = None) -> str:
    """`url` (the default: `redis_url()`) in Celery's spelling, which differs for Unix sockets."""
    parts = urlsplit(url or redis_url())
    if parts.scheme != "unix":
        return urlunsplit(parts)
    return f"redis+socket://{parts.path}?{urlencode({'virtual_host': redis_database(url)})}"


def redis_database(url: str | None = None) -> str:
    """The number of the database that `url` (the default: `redis_url()`) names; 0 where it names none."""
    parts = urlsplit(url or redis_url())
    in_path = "" if parts.scheme == "unix" else parts.path.strip("/")
    return dict(parse_qsl(parts.query)).get("db") or in_path or "0"


def with_redis_database(url: str, number: int) -> str:
    """The same server's database `number` (test processes get one each)."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"  # urlunsplit would drop the empty host's slashes
    return urlunsplit(parts._replace(path=f"/{number}"))  # noqa: SLF001 - a named tuple's public method
