from collections.abc import Collection

from conference.accounts.models import User
from conference.editions.models import Edition
from conference.people.models import EditionRole, Invitation, Profile, Registration
from conference.people.rules import NOBODY, Admission
from conference.people.tokens import hashed

OWN_ROLES = frozenset({EditionRole.Role.ORGANIZER})  # of a superuser, in every edition


def is_open(edition: Edition) -> bool:
    """Tell whether the registered may enter: not before the portal opens."""
    return edition.phase != Edition.Phase.ANNOUNCED


def admission(user: User, edition: Edition) -> Admission:
    """Return what `user` may be in `edition`: one query, or none for the anonymous and the inactive."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    mine = {"user": user, "edition": edition}
    confirmed = Registration.objects.filter(**mine, status=Registration.Status.CONFIRMED).order_by()
    roles = EditionRole.objects.filter(**mine).order_by()
    found = set(confirmed.values_list("status", flat=True).union(roles.values_list("role", flat=True)))
    return Admission(
        is_confirmed=Registration.Status.CONFIRMED.value in found,
        roles=roles_of(user, found - {Registration.Status.CONFIRMED.value}),
        is_open=is_open(edition),
    )


def roles_of(user: User, held: set[str] | list[str]) -> frozenset[str]:
    """Return the roles of `user` where they were given those in `held`."""
    return frozenset(held) | (OWN_ROLES if user.is_superuser else frozenset())


def invitation(token: str) -> Invitation | None:
    """Return the invitation of a link's `token`, used up or not, with its registration, account and edition."""
    found = Invitation.objects.select_related("registration__user", "registration__edition")
    return found.filter(token_hash=hashed(token)).first()


def registrations_by_address(edition: Edition, emails: Collection[str]) -> dict[str, Registration]:
    """Return the registrations in `edition` of the accounts of `emails` (in lower case). One query."""
    found = Registration.objects.filter(edition=edition, user__email__in=emails).select_related("user", "edition")
    return {registration.user.email: registration for registration in found}


def profile_zone(user: User) -> tuple[str, bool]:
    """Return the zone of the user's profile, "" for none, and whether they chose it themselves."""
    profile = Profile.objects.filter(user=user).values_list("zone", "zone_is_chosen").first()
    return profile or ("", False)
