"""Whose socket it is, and whether they may still have it. Asked of Postgres, never of a cache: revocation is final."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Exists
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from conference.accounts.models import User
from conference.live.registry import Reader, reader_check


def enter(session_key: str, edition: str) -> Reader | None:
    """Return the reader of a session cookie, or None for one who may not enter the edition: two queries."""
    check = reader_check()
    if check is None or not session_key:
        return None
    session = SessionStore(session_key).load()
    person = session.get(SESSION_KEY, "")
    if not str(person).isdecimal():
        return None
    user = check.annotate(User.objects.filter(pk=person, is_active=True), edition).first()
    if user is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    allows = check.admit(user)
    return Reader(user=user, edition=edition, session_key=session_key, allows=allows) if allows else None


def look_again(reader: Reader) -> Reader | None:
    """Return the reader as they are now, or None for one who may no longer be here: one query."""
    check = reader_check()
    if check is None:
        return None
    session = Session.objects.filter(session_key=reader.session_key, expire_date__gt=timezone.now())
    people = User.objects.filter(Exists(session), pk=reader.user.pk, is_active=True)
    user = check.annotate(people, reader.edition).first()
    return _renewed(reader, user)


def look_again_at(readers: Iterable[Reader]) -> dict[Reader, Reader]:
    """Return those who may stay, each with how they are now: two queries for each edition."""
    check = reader_check()
    if check is None:
        return {}
    by_edition: dict[str, list[Reader]] = defaultdict(list)
    for reader in readers:
        by_edition[reader.edition].append(reader)
    staying = {}
    for edition, group in by_edition.items():
        sessions = _live_sessions({reader.session_key for reader in group})
        people = User.objects.filter(pk__in={reader.user.pk for reader in group}, is_active=True)
        users = {user.pk: user for user in check.annotate(people, edition)}
        for reader in group:
            renewed = _renewed(reader, users.get(reader.user.pk)) if reader.session_key in sessions else None
            if renewed:
                staying[reader] = renewed
    return staying


def _live_sessions(keys: Collection[str]) -> set[str]:
    alive = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(alive.values_list("session_key", flat=True))


def _renewed(reader: Reader, user: User | None) -> Reader | None:
    check = reader_check()
    if check is None or user is None or user.password != reader.user.password:
        return None
    allows = check.admit(user)
    if allows is None:
        return None
    return Reader(user=user, edition=reader.edition, session_key=reader.session_key, allows=allows)
