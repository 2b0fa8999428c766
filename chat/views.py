from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from chat import queries
from chat.forms import MessageForm
from chat.models import Room
from conference.common import access
from conference.common.refused import Refused
from conference.editions.models import Edition


@access.ADMITTED
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, edition: Edition, key: str) -> HttpResponse:
    """Show a room, or write into it from a page without JavaScript."""
    try:
        found = queries.room_for(request.user, edition, key)
    except Room.DoesNotExist:
        raise Http404 from None
    form = MessageForm(request.POST) if request.method == "POST" else MessageForm()
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                form.save(room=found, author=request.user)
            except Refused as refusal:
                form.add_error("text", refusal.text)
                status = 429 if refusal.retry_after else 400
            else:
                return redirect(f"{_back(request) or found.get_absolute_url()}#chat-end")
    page = queries.room_page(found, request.user, before=_before(request))
    context = {"room": found, "page": page, "form": form, "is_latest": _before(request) is None}
    return render(request, "chat/room.html", context, status=status)


def _back(request: HttpRequest) -> str:
    """Return the page that the form stood on, if it is one of ours."""
    page = request.POST.get("next", "")
    return page if page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None) else ""


def _before(request: HttpRequest) -> int | None:
    given = request.GET.get("before", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None  # noqa: PLR2004 - as many digits as fit
