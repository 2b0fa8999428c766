"""The reader's time zone: from the profile, else the cookie (set by the browser's guess), else the edition's."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from conference.common.zones import is_zone

COOKIE = "zone"


class ZoneMiddleware:
    """Activates the reader's zone for every page, so that templates show times in it without JavaScript."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the zone that the cookie names; the gate falls back to the edition's."""
        name = request.COOKIES.get(COOKIE, "")
        request.zone = name if is_zone(name) else ""
        with timezone.override(request.zone or "UTC"):
            return self.get_response(request)
