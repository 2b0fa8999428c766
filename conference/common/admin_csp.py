"""The content security policy of Django admin, whose pages know no nonces."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = {
    "script-src": ["'self'"],
    # django-import-export marks differences, and the admin's own widgets their places, with style attributes.
    "style-src-attr": ["'unsafe-inline'"],
}


class AdminCspMiddleware:
    """Lets admin load its own scripts. No inline script runs there either."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Loosen the policy of the response where it is admin's."""
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and "admin" in match.namespaces:
            response._csp_replace = POLICY  # noqa: SLF001 - django-csp's way, as its decorators do it
        return response
