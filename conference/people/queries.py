from dataclasses import dataclass, field

from conference.accounts.models import User
from conference.common.access import ADMITTED, PUBLIC, SIGNED_IN, STAFF, Access
from conference.editions.models import Edition
from conference.people.models import EditionRole, Registration


@dataclass(frozen=True)
class Admission:
    """What a person may be in an edition: registered (`is_confirmed`), and the roles they hold in it."""

    is_confirmed: bool = False
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_admitted(self) -> bool:
        """A confirmed registration lets in, and so does a role."""
        return self.is_confirmed or bool(self.roles)


NOBODY = Admission()


def admission(user: User, edition: Edition) -> Admission:
    """Return what `user` may be in `edition`: two queries, or none for the anonymous and the inactive."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    return Admission(
        is_confirmed=Registration.objects.filter(
            user=user, edition=edition, status=Registration.Status.CONFIRMED
        ).exists(),
        roles=frozenset(EditionRole.objects.filter(user=user, edition=edition).values_list("role", flat=True)),
    )


def allows(access: Access | None, user: User, admitted: Admission) -> bool:
    """Tell whether `access` lets `user` in. What declares nothing lets nobody in."""
    if access is None:
        return False
    if access == PUBLIC:
        return True
    if not user.is_authenticated or not user.is_active:
        return False
    if access == SIGNED_IN:
        return True
    if access == STAFF:
        return user.is_staff
    if access == ADMITTED:
        return admitted.is_admitted
    return access.role in admitted.roles
