"""What may be asked on the socket. Apps hand in topics and commands from their `live.py`, in `AppConfig.ready`."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import QuerySet

from conference.accounts.models import User
from conference.common.access import Access
from conference.common.registry import Registry


@dataclass(frozen=True, eq=False)
class Reader:
    """Who holds a socket, as they were when last looked at. `allows` answers for the declarations of access."""

    user: User
    edition: str  # its slug
    session_key: str
    allows: Callable[[Access], bool]


Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Topic:
    """One kind of topic: `room` of `room:k3v9`, `here:paper` of `here:paper:p12`.

    `access` is who may open it at all, `may_open(reader, key)` whether this one (it may raise nothing; a missing
    object is False). `snapshot(reader, key, after)` is what a newcomer gets. `cursors(keys)` returns the number of
    the latest change of each, in one query; `changes(since)` the frames after those numbers, in order, in one query.
    """

    access: Access
    may_open: Callable[[Reader, str], bool]
    snapshot: Callable[[Reader, str, int | None], Fields] | None = None
    cursors: Callable[[Collection[str]], dict[str, int]] | None = None
    changes: Callable[[Mapping[str, int]], dict[str, list[Fields]]] | None = None
    is_counted: bool = False  # here:…: how many people have it open


@dataclass(frozen=True)
class Command:
    """One `do` of the socket: strict fields, then a handler in a thread, which may raise `Refused`.

    A field's check returns the value to use or raises `ValueError`; fields that are not named are refused.
    """

    access: Access
    handler: Callable[..., Fields]  # called as handler(reader, **fields)
    required: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    optional: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)


TOPICS: Registry[Topic] = Registry()
COMMANDS: Registry[Command] = Registry()


class ReaderCheck(Protocol):
    """How `people` says who may hold a socket of an edition."""

    def annotate(self, users: QuerySet[User], edition: str) -> QuerySet[User]:
        """Return `users` with what `admit` needs as annotations, so that a check is one query."""

    def admit(self, user: User) -> Callable[[Access], bool] | None:
        """Return what the annotated user is allowed, or None for one who may not be here."""


_reader_checks: list[ReaderCheck] = []  # closed while empty


def register_reader_check(check: ReaderCheck) -> None:
    """Hand in the one check; called by `people`."""
    if _reader_checks:
        message = "the reader check is registered twice"
        raise ValueError(message)
    _reader_checks.append(check)


def reader_check() -> ReaderCheck | None:
    """Return the check, or None: then nobody gets in."""
    return _reader_checks[0] if _reader_checks else None
