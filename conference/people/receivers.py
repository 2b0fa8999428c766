"""What the portal does when somebody logs in or out."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from conference.accounts.models import User
from conference.live.publish import look_again_on_commit
from conference.people import queries
from conference.people.zones import ReaderZone


@receiver(user_logged_in)
def bring_zone_of_profile(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Let the profile's zone reach the cookie, unless the profile only guesses and this browser's reader has chosen."""
    name, is_chosen = queries.profile_zone(user)
    if name and (is_chosen or not getattr(request, "zone_is_chosen", False)):
        request.zone_to_keep = ReaderZone(name, is_chosen)


@receiver([user_logged_out, password_changed, password_reset, password_set])
def close_sockets(user: User | None, **_kwargs: Any) -> None:
    """Have every process check at once whether the sockets of the person may stay open."""
    if user is not None:
        look_again_on_commit(user.key)
