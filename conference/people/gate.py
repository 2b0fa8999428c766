"""The gate: default deny for everything under an edition, the API and the site, by one mechanism.

Every view declares who may use it (`conference/common/access.py`). The gate answers before the view or any look-up
of its own runs, and gives the unregistered the same answer for every path of an edition, existing or not.
"""

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from rest_framework.permissions import BasePermission

from conference.common import access
from conference.common.access import Access
from conference.common.keys import RESERVED
from conference.editions.models import Edition
from conference.people import queries

# Views that are not ours and so cannot declare: by the beginning of their module's name.
DECLARED_FOR_OTHERS = {
    "allauth.account.": access.PUBLIC,  # each of them decides itself who may enter
    "allauth.usersessions.": access.SIGNED_IN,
    "django.contrib.admin.": access.PUBLIC,  # shows its own login; its pages ask for staff
    "django.contrib.staticfiles.": access.PUBLIC,
    "import_export.": access.PUBLIC,
}
API = "/api/v1/"


class GateMiddleware:
    """Finds the edition of the address, what the reader may be in it, and refuses what is not declared for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse, or let the request go on with `edition` and `admission` on it."""
        request.edition = edition_of(request.path_info)
        request.admission = queries.admission(request.user, request.edition) if request.edition else queries.NOBODY
        refusal = refuse(request)
        return refusal or self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: list, kwargs: dict) -> None:
        """Hand views the edition itself in place of its slug."""
        if "edition" in kwargs:
            if request.edition is None:
                raise Http404
            kwargs["edition"] = request.edition


class DeclaredAccess(BasePermission):
    """The API's default permission: the gate has let the request in, by what the view declares."""

    def has_permission(self, request: HttpRequest, view: object) -> bool:
        """Repeat the gate's question, for a view that is reached by another way."""
        edition = getattr(request._request, "edition", None)  # noqa: SLF001 - DRF hides Django's request there
        admitted = queries.admission(request.user, edition) if edition else queries.NOBODY
        return queries.allows(getattr(view, "access", None), request.user, admitted)


def edition_of(path: str) -> Edition | None:
    """Return the edition that the address `path` belongs to, if any."""
    rest = path.removeprefix(API) if path.startswith(API) else path.removeprefix("/")
    slug = rest.partition("/")[0]
    if not slug or slug in RESERVED:
        return None
    return Edition.objects.filter(slug=slug).first()


def declared_for(path: str) -> Access | None:
    """Return what the view at `path` declares; None where there is no view or no declaration."""
    try:
        view = resolve(path).func
    except Resolver404:
        return None
    module = f"{view.__module__}."
    for beginning, declaration in DECLARED_FOR_OTHERS.items():
        if module.startswith(beginning):
            return declaration
    return access.declared(view)


def refuse(request: HttpRequest) -> HttpResponse | None:
    """Return the answer for a reader who may not go on, or None for one who may.

    Inside an edition the admitted go on to a 404 where there is nothing; outside there is nothing to protect
    in an address that does not exist.
    """
    declaration = declared_for(request.path_info)
    if queries.allows(declaration, request.user, request.admission):
        return None
    if declaration is None and (request.edition is None or request.admission.is_admitted):
        return None if not _exists(request.path_info) else _answer(request)
    return _answer(request)


def _exists(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def _answer(request: HttpRequest) -> HttpResponse:
    """Say no: 401 or 403 to a program, the login page or "how to register" to a person."""
    is_known = request.user.is_authenticated
    if request.path_info.startswith("/api/"):
        code = "not_registered" if is_known else "not_logged_in"
        return JsonResponse({"error": {"code": code}}, status=403 if is_known else 401)
    if not is_known:
        return redirect_to_login(request.get_full_path())
    return render(request, "people/not_registered.html", status=403)
