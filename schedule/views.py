"""Pages of the schedule."""

import datetime as dt

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from conference.common.access import ADMITTED
from conference.common.zones import offset_label
from conference.editions.models import Edition
from schedule import days, queries, wording
from schedule.models import Session

SLOTS_A_PAGE = 40
CHANGES_A_PAGE = 50


@ADMITTED
@require_safe
def schedule(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Show the sessions by the dates of the reader's zone; `?day=` is a date or "all"."""
    board = queries.board(edition, wanted=request.GET.get("day", ""))
    return render(request, "schedule/schedule.html", {"board": board, **_zone(board.now)})


@ADMITTED
@require_safe
def session(request: HttpRequest, edition: Edition, key: str) -> HttpResponse:
    """Show one session."""
    found = _find(edition, key)
    slots = Paginator(queries.slots(found), SLOTS_A_PAGE)
    slots.count = found.paper_count  # counted with the session already
    context = {
        "session": found,
        "slots": slots.get_page(request.GET.get("page")),
        "parts": queries.parts(found) if found.part_count else [],
        "state": days.state(found, timezone.now()),
        **_zone(found.starts_at or timezone.now()),
    }
    return render(request, "schedule/session.html", context)


@ADMITTED
@require_safe
def changes(request: HttpRequest, edition: Edition) -> HttpResponse:
    """List what changed, latest first."""
    page = Paginator(queries.changes(edition), CHANGES_A_PAGE).get_page(request.GET.get("page"))
    for change in page:
        change.text = wording.describe(change)
    return render(request, "schedule/changes.html", {"page": page, **_zone(timezone.now())})


@ADMITTED
@require_safe
def change(request: HttpRequest, edition: Edition, key: str, sequence: int) -> HttpResponse:
    """Return a change, and the session as it is now, in the pieces that open pages put in place of their own."""
    found = _find(edition, key)
    log = queries.changes_of(found, sequence)
    if not log:
        raise Http404
    now = timezone.now()
    context = {
        "row": days.Row(found, days.state(found, now)),
        "texts": [wording.describe(change) for change in log],
        "now": now,
    }
    if paper := request.GET.get("paper"):
        context["slot"] = found.slots.filter(paper__key=paper).first()
    if "card" in request.GET:
        context["present"] = queries.now_and_next(edition)
    return render(request, "schedule/_change.html", context)


@ADMITTED
@require_safe
def changes_since(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Return what a page missed while its connection was away: `?after=` is the moment it was last right."""
    try:
        after = parse_datetime(request.GET.get("after", ""))
    except ValueError:
        after = None
    if after is None or timezone.is_naive(after):
        return HttpResponseBadRequest()
    now = timezone.now()
    found = [
        {"session": key, "sequence": sequence, "url": f"{edition.get_absolute_url()}schedule/{key}/changes/{sequence}/"}
        for key, sequence in queries.changes_since(edition, after)
    ]
    return JsonResponse({"as_of": now.isoformat(), "changes": found})


def _find(edition: Edition, key: str) -> Session:
    found = queries.session(edition, key)
    if found is None:
        raise Http404
    return found


def _zone(at: dt.datetime) -> dict[str, str]:
    name = timezone.get_current_timezone_name()
    return {"zone_name": name, "zone_offset": offset_label(name, at)}
