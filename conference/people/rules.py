"""Who may be in an edition. Pure functions over frozen values: nothing that is handed out can be changed in place."""

from dataclasses import dataclass, field

from conference.accounts.models import User
from conference.common.access import ADMITTED, PUBLIC, SIGNED_IN, STAFF, Access


@dataclass(frozen=True)
class Admission:
    """What a person may be in an edition: registered (`is_confirmed`), the roles they hold, whether it `is_open` yet."""

    is_confirmed: bool = False
    roles: frozenset[str] = field(default_factory=frozenset)
    is_open: bool = False

    @property
    def is_admitted(self) -> bool:
        """A role lets in; a confirmed registration does from when the portal opens."""
        return bool(self.roles) or (self.is_confirmed and self.is_open)


NOBODY = Admission()


def allows(access: Access | None, user: User, admitted: Admission) -> bool:
    """Tell whether `access` lets `user` in. What declares nothing lets nobody in."""
    if access == PUBLIC:
        return True
    if access is None or not user.is_authenticated or not user.is_active:
        return False
    if access.role:
        return access.role in admitted.roles
    kinds = {SIGNED_IN: True, STAFF: user.is_staff, ADMITTED: admitted.is_admitted}
    return kinds.get(access, False)
