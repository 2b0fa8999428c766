"""The reader's time zone, on every page: from the cookie, else the edition's.

The cookie holds what was chosen, or `guess:` and what the browser said. The profile keeps the same for mails and other
devices: logging in brings its zone to the cookie. A guess never replaces a choice.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from conference.common.zones import is_zone

COOKIE = "zone"
GUESS = "guess:"
YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class ReaderZone:
    """A zone's name, "" for none, and whether the reader chose it."""

    name: str = ""
    is_chosen: bool = False


def read(request: HttpRequest) -> ReaderZone:
    """Return what the cookie says; nothing where it holds no zone we know."""
    value = request.COOKIES.get(COOKIE, "")
    name = value.removeprefix(GUESS)
    return ReaderZone(name, is_chosen=not value.startswith(GUESS)) if is_zone(name) else ReaderZone()


def keep(response: HttpResponse, zone: ReaderZone) -> None:
    """Have the browser keep the zone for a year."""
    value = zone.name if zone.is_chosen else GUESS + zone.name
    response.set_cookie(
        COOKIE, value, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


class ZoneMiddleware:
    """Activates the reader's zone for every page, so that templates show times in it without JavaScript."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the zone that the cookie names; the gate falls back to the edition's."""
        zone = read(request)
        request.zone, request.zone_is_chosen = zone.name, zone.is_chosen
        with timezone.override(zone.name or "UTC"):
            response = self.get_response(request)
        if kept := getattr(request, "zone_to_keep", None):
            keep(response, kept)
        return response
