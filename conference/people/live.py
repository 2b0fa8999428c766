from collections.abc import Callable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value

from conference.accounts.models import User
from conference.common.access import Access
from conference.editions.models import Edition
from conference.people import queries
from conference.people.models import EditionRole, Registration


class ReaderCheck:
    """Who may hold a socket of an edition: those whom the gate would let in, in one query beside the edition's."""

    def annotate(self, users: QuerySet[User], edition: str) -> QuerySet[User]:
        """Return `users` with what they are in the edition."""
        mine = {"user": OuterRef("pk"), "edition__slug": edition}
        found = Edition.objects.filter(slug=edition).first()
        if found is None:
            return users.none()
        return users.annotate(
            is_open=Value(queries.is_open(found), BooleanField()),
            is_confirmed=Exists(Registration.objects.filter(**mine, status=Registration.Status.CONFIRMED)),
            roles_here=ArraySubquery(EditionRole.objects.filter(**mine).values("role")),
        )

    def admit(self, user: User) -> Callable[[Access], bool] | None:
        """Return what the annotated user is allowed, or None for one who is not admitted."""
        admitted = queries.Admission(
            is_confirmed=user.is_confirmed,
            roles=queries.roles_of(user, user.roles_here),
            is_open=user.is_open,
        )
        if not admitted.is_admitted:
            return None
        return lambda access: queries.allows(access, user, admitted)
