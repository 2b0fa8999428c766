import time
from collections.abc import Callable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value

from conference.accounts.models import User
from conference.common.access import Access
from conference.editions.models import Edition
from conference.people import queries
from conference.people.models import EditionRole, Registration
from conference.people.rules import Admission, allows

KNOWN_SECONDS = 5


class ReaderCheck:
    """Who may hold a socket of an edition: those whom the gate would let in, in one query."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, bool | None]] = {}

    def annotate(self, users: QuerySet[User], edition: str) -> QuerySet[User]:
        """Return `users` with what they are in the edition."""
        mine = {"user": OuterRef("pk"), "edition__slug": edition}
        is_open = self._is_open(edition)
        if is_open is None:
            return users.none()
        return users.annotate(
            is_open=Value(is_open, BooleanField()),
            is_confirmed=Exists(Registration.objects.filter(**mine, status=Registration.Status.CONFIRMED)),
            roles_here=ArraySubquery(EditionRole.objects.filter(**mine).values("role")),
        )

    def admit(self, user: User) -> Callable[[Access], bool] | None:
        """Return what the annotated user is allowed, or None for one who is not admitted."""
        admitted = Admission(
            is_confirmed=user.is_confirmed,
            roles=queries.roles_of(user, user.roles_here),
            is_open=user.is_open,
        )
        if not admitted.is_admitted:
            return None
        return lambda access: allows(access, user, admitted)

    def _is_open(self, slug: str) -> bool | None:
        """Return whether the registered may enter, or None for no edition. Asked every few seconds, not per message."""
        until, is_open = self._known.get(slug, (0.0, None))
        if time.monotonic() > until:
            found = Edition.objects.filter(slug=slug).first()
            is_open = queries.is_open(found) if found else None
            if found:  # slugs that do not exist are without number
                self._known[slug] = (time.monotonic() + KNOWN_SECONDS, is_open)
        return is_open
