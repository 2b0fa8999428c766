from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from conference.common.access import PUBLIC, SIGNED_IN
from conference.common.redirects import own_path
from conference.common.refused import Refused
from conference.people import queries, services
from conference.people.forms import AcceptForm, ZoneForm
from conference.people.models import Invitation
from conference.people.zones import ReaderZone, keep


@PUBLIC
@require_POST
def zone(request: HttpRequest) -> HttpResponse:
    """Keep the zone in which the reader wants all times: in the browser, and in the profile of who is logged in."""
    form = ZoneForm(request.POST)
    is_script = bool(request.htmx)  # and zone-picker.js, which asks in htmx' name
    if not form.is_valid():
        if is_script:
            return HttpResponse(status=400)
        return render(request, "people/zone_unknown.html", {"form": form}, status=400)
    user = request.user if request.user.is_authenticated else None
    is_known = form.cleaned_data["guess"] and request.zone_is_chosen
    kept = None if is_known else form.save(user)
    if kept is None and user and not is_known:
        kept = ReaderZone(*queries.profile_zone(user))  # chosen on another device
    response = HttpResponse(status=204) if is_script else redirect(own_path(request.POST.get("next", "")))
    if kept:
        keep(response, kept)
    return response


@PUBLIC
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what an invitation's link is for; on POST accept it, and let its holder in."""
    found = queries.invitation(token)
    if found is None or not found.is_usable:
        return _without_referrer(render(request, "people/invitation_over.html", status=404))
    form = AcceptForm(request.POST or None, user=found.registration.user)
    if request.method == "POST" and form.is_valid():
        return _accept(request, form, found)
    context = {"form": form, "registration": found.registration}
    return _without_referrer(render(request, "people/invitation.html", context))


def _accept(request: HttpRequest, form: AcceptForm, found: Invitation) -> HttpResponse:
    home = found.registration.edition.get_absolute_url()
    try:
        is_handed_over = form.save(found)
    except Refused:
        return _without_referrer(render(request, "people/invitation_over.html", status=404))
    if not is_handed_over:  # the account has an owner, who shows who they are by logging in
        return redirect(home)
    found.registration.user.refresh_from_db()
    return perform_login(request, found.registration.user, redirect_url=home)


def _without_referrer(response: HttpResponse) -> HttpResponse:
    """Keep the link's secret from the pages that this one leads to.

    Not "no-referrer": with it a browser calls the origin of the page's own form "null", and that is refused as forged.
    """
    response["Referrer-Policy"] = "strict-origin"
    return response


@SIGNED_IN
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Log one of the reader's own browsers out."""
    if not services.end_session(user=request.user, pk=pk):
        raise Http404
    messages.success(request, _("That browser is logged out."))
    return redirect("usersessions_list")
