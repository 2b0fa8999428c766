"""Requests that hold the character NUL, which no text in PostgreSQL can hold and no client of ours sends."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.views.defaults import bad_request


class NulMiddleware:
    """Refuses NUL in the address or a cookie, so that no query meets it. Forms and the API refuse it in what is sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 400 to such a request."""
        is_in_address = "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")
        if is_in_address or any("\x00" in cookie for cookie in request.COOKIES.values()):
            return bad_request(request, BadRequest("NUL"))
        return self.get_response(request)
