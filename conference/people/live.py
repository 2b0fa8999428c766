from collections.abc import Callable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet

from conference.accounts.models import User
from conference.common.access import Access
from conference.people import queries
from conference.people.models import EditionRole, Registration


class ReaderCheck:
    """Who may hold a socket of an edition: those whom the gate would let in, in one query."""

    def annotate(self, users: QuerySet[User], edition: str) -> QuerySet[User]:
        """Return `users` with what they are in the edition."""
        mine = {"user": OuterRef("pk"), "edition__slug": edition}
        return users.annotate(
            is_confirmed=Exists(Registration.objects.filter(**mine, status=Registration.Status.CONFIRMED)),
            roles_here=ArraySubquery(EditionRole.objects.filter(**mine).values("role")),
        )

    def admit(self, user: User) -> Callable[[Access], bool] | None:
        """Return what the annotated user is allowed, or None for one who is not admitted."""
        admitted = queries.Admission(is_confirmed=user.is_confirmed, roles=frozenset(user.roles_here))
        if not admitted.is_admitted:
            return None
        return lambda access: queries.allows(access, user, admitted)
