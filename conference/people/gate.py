"""The gate: default deny for everything under an edition, the API and the site, by one mechanism.

Every view declares who may use it (`conference/common/access.py`). The gate answers before the view or any look-up
of its own runs, and gives the unregistered the same answer for every path of an edition, existing or not. For the
admitted, what is not for them does not exist.
"""

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone
from rest_framework.permissions import BasePermission

from conference.common import access
from conference.common.access import Access
from conference.common.keys import RESERVED
from conference.editions.models import Edition
from conference.people import queries
from conference.people.rules import NOBODY, allows

# Views that are not ours and so cannot declare: by the beginning of their module's name.
DECLARED_FOR_OTHERS = {
    "allauth.account.": access.PUBLIC,  # each of them decides itself who may enter
    "allauth.usersessions.": access.SIGNED_IN,
    "django.contrib.staticfiles.": access.PUBLIC,
    "whitenoise.": access.PUBLIC,
}
API = "/api/v1/"


class GateMiddleware:
    """Finds the edition of the address, what the reader may be in it, and refuses what is not declared for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse, or let the request go on with `edition` and `admission` on it."""
        request.edition = edition_of(request.path_info)
        request.admission = queries.admission(request.user, request.edition) if request.edition else NOBODY
        if request.edition and not request.zone:
            timezone.activate(request.edition.tz)  # the zone middleware, outside of this one, takes it back
        response = refuse(request) or self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(self, request: HttpRequest, _view: Callable, _args: list, kwargs: dict) -> None:
        """Hand views the edition itself in place of its slug."""
        if "edition" in kwargs:
            if request.edition is None:
                raise Http404
            kwargs["edition"] = request.edition


class DeclaredAccess(BasePermission):
    """The API's default permission: the gate has let the request in, by what the view declares."""

    def has_permission(self, request: HttpRequest, view: object) -> bool:
        """Repeat the gate's question, for a view that is reached by another way."""
        admitted = getattr(request._request, "admission", NOBODY)  # noqa: SLF001 - DRF hides Django's request there
        return allows(getattr(view, "access", None), request.user, admitted)


def edition_of(path: str) -> Edition | None:
    """Return the edition that the address `path` belongs to, if any."""
    rest = path.removeprefix(API) if path.startswith(API) else path.removeprefix("/")
    slug = rest.partition("/")[0]
    if not slug or slug in RESERVED or "\x00" in slug:
        return None
    return Edition.objects.filter(slug=slug).first()


def declaration_of(match: ResolverMatch) -> Access | None:
    """Return what a view declares, or what is declared here for it; None for a view that nobody has thought of."""
    if "admin" in match.namespaces:
        return access.STAFF  # all of it, its login included: there is one door, django-allauth's
    module = f"{match.func.__module__}."
    for beginning, declaration in DECLARED_FOR_OTHERS.items():
        if module.startswith(beginning):
            return declaration
    return access.declared(match.func)


def refuse(request: HttpRequest) -> HttpResponse | None:
    """Return the answer for a reader who may not go on, or None for one who may.

    An address that leads nowhere is closed inside an edition for the unregistered; everybody else gets to the 404.
    """
    try:
        match = resolve(request.path_info)
    except Resolver404:
        match = None
    if match is None or (request.edition is None and "edition" in match.kwargs):
        is_closed = request.edition is not None and not request.admission.is_admitted
        is_program = request.path_info.startswith(API)
        return _answer(request) if is_closed or is_program else None
    if allows(declaration_of(match), request.user, request.admission):
        return None
    return _answer(request)


def _answer(request: HttpRequest) -> HttpResponse:
    """Say no: 401, 403 or 404 to a program; the login page, why not or "no such page" to a person."""
    if request.path_info.startswith("/api/"):
        return _answer_program(request)
    if not request.user.is_authenticated:
        home = request.edition.get_absolute_url() if request.edition else "/"
        return redirect_to_login(request.get_full_path() if request.method in {"GET", "HEAD"} else home)
    if request.edition is None:
        return render(request, "403.html", status=403)
    if request.admission.is_admitted:
        return render(request, "404.html", status=404)
    page = "people/not_open_yet.html" if request.admission.is_confirmed else "people/not_registered.html"
    return render(request, page, status=403)


def _answer_program(request: HttpRequest) -> JsonResponse:
    code, status = "not_registered", 403
    if not request.user.is_authenticated:
        code, status = "not_logged_in", 401
    elif request.edition is None or request.admission.is_admitted:
        code, status = "not_found", 404
    elif request.admission.is_confirmed:
        code = "not_open_yet"
    return JsonResponse({"error": {"code": code}}, status=status)
