from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from conference.accounts.models import User
from conference.audit import chain
from conference.audit.models import Entry


@dataclass(frozen=True)
class Verdict:
    """What a walk along the chain found: how many entries hold, the last hash, and the first entry that does not."""

    checked: int
    last_hash: str
    broken: int | None
    has_noted: bool


def verify(noted_hash: str = "") -> Verdict:
    """Walk the whole log and compare every hash.

    `noted_hash`, kept outside of the database after an earlier walk, must still be in the chain: this finds entries
    that were cut off at its end, which the chain by itself cannot show.
    """
    checked, previous, has_noted = 0, "", not noted_hash
    for entry in Entry.objects.order_by("id").iterator(chunk_size=2_000):
        if entry.previous_hash != previous or entry.hash != chain.digest(entry):
            return Verdict(checked, previous, entry.pk, has_noted)
        checked, previous = checked + 1, entry.hash
        has_noted = has_noted or entry.hash == noted_hash
    return Verdict(checked, previous, None, has_noted)


def with_actor_names(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Return `entries` with `actor_name`: the account's present name, empty where it is gone."""
    actor = User.objects.filter(key=OuterRef("actor_key"))
    return entries.annotate(actor_name=Subquery(actor.values("name")[:1]))
