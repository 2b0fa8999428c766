from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from chat import queries
from chat.forms import MessageForm
from chat.models import Room
from conference.common.access import ADMITTED
from conference.common.redirects import own_path
from conference.common.refused import Refused
from conference.editions.models import Edition


@ADMITTED
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
                back = own_path(request.POST.get("next", ""), found.get_absolute_url())
                return redirect(f"{back}#chat-end")
    page = queries.room_page(found, request.user, before=_before(request))
    context = {"room": found, "page": page, "form": form, "is_latest": _before(request) is None}
    return render(request, "chat/room.html", context, status=status)


def _before(request: HttpRequest) -> int | None:
    given = request.GET.get("before", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None  # noqa: PLR2004 - as many digits as fit
