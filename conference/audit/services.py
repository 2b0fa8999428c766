from typing import Protocol

from django.db import connection, models, transaction
from django.utils import timezone

from conference.accounts.models import User
from conference.audit import chain
from conference.audit.models import Entry

CHAIN_LOCK = 7_402_001  # any number, used for nothing else


class HasSlug(Protocol):
    """An edition, which lives on a higher floor."""

    slug: str


@transaction.atomic
def record(
    *,
    actor: User | None,
    action: str,
    target: models.Model | str = "",
    edition: HasSlug | None = None,
    details: dict[str, object] | None = None,
) -> Entry:
    """Append one act to the log and return the entry.

    `actor` is who did it, None the system; `action` a verb such as "registration.cancel"; `target` the row it was
    done to, or its name. `details` never holds names, addresses or texts: keys, states and names of fields only.
    Call it last in a transaction: from here to the commit every other act waits, which makes the chain linear.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    latest = Entry.objects.order_by("-id").values_list("hash", flat=True).first()
    entry = Entry(
        at=timezone.now(),
        actor_key=actor.key if actor else "",
        action=action,
        edition_slug=edition.slug if edition else "",
        target=target if isinstance(target, str) else name_of(target),
        details=chain.plain(details or {}),
        previous_hash=latest or "",
    )
    entry.hash = chain.digest(entry)
    entry.save(force_insert=True)
    return entry


def name_of(row: models.Model) -> str:
    """Return the name of `row` in the log: its kind and its public key, else its number."""
    name = next((value for field in ("key", "slug") if (value := getattr(row, field, ""))), row.pk)
    return f"{row._meta.model_name}:{name}"
