"""The content security policy, where a page that is not ours needs another."""

from collections.abc import Callable

from csp.constants import SELF
from django.http import HttpRequest, HttpResponse

ADMIN = {"script-src": [SELF]}


class AdminPolicyMiddleware:
    """Django admin loads its scripts without nonces: there, and only there, every script of our origin may run.

    Nothing that people upload is served as a script: pictures are made anew, other files are attachments.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the other policy for admin's pages."""
        response = self.get_response(request)
        if request.path_info.startswith("/admin/"):
            response._csp_replace = ADMIN  # noqa: SLF001 - what django-csp's decorators set
        return response
