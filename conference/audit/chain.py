"""The hash chain over the log: each entry's hash covers the entry and the hash of the one before it."""

import datetime as dt
import hashlib
import json
from typing import Protocol

from django.core.serializers.json import DjangoJSONEncoder


class Link(Protocol):
    """What of an entry is hashed."""

    at: dt.datetime
    actor_key: str
    action: str
    edition_slug: str
    target: str
    details: dict[str, object]
    previous_hash: str


def plain(details: dict[str, object]) -> dict[str, object]:
    """Return `details` in the form in which they come back from the database: fractions as text, since JSON keeps none."""
    return json.loads(json.dumps(details, cls=DjangoJSONEncoder), parse_float=str)


def digest(entry: Link) -> str:
    """Return the hash of `entry`, which covers that of the entry before."""
    parts = [
        entry.previous_hash,
        entry.at.isoformat(),
        entry.actor_key,
        entry.action,
        entry.edition_slug,
        entry.target,
        entry.details,
    ]
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
