from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from chat import queries as chat
from conference.accounts.models import User
from conference.common.access import ADMITTED
from conference.editions.models import Edition
from papers import queries
from papers.models import Paper
from papers.registry import FILTERS, PAPER_PARTS

RESULTS = "paper-results"  # the element that typing replaces


@ADMITTED
@require_safe
def paper_list(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Show the papers that the address asks for: the whole page, or to htmx only the results."""
    criteria = queries.Criteria.of(request.GET)
    found = queries.find(edition, criteria, request.GET.get("page", "1"))
    query = _encoded(criteria.values)
    context = {
        "criteria": criteria,
        "page_obj": found.page,
        "is_alike": found.is_alike,
        "query": f"{query}&" if query else "",
        "without": _without(criteria),
    }
    is_partial = request.headers.get("HX-Target", "").endswith(RESULTS)
    if is_partial:
        response = render(request, "papers/_results.html", context | {"is_partial": True})
        response["HX-Replace-Url"] = f"{request.path}?{query}" if query else request.path
    else:
        response = render(request, "papers/list.html", context | {"filters": _filters(edition, criteria)})
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@ADMITTED
@require_safe
def paper_page(request: HttpRequest, edition: Edition, key: str) -> HttpResponse:
    """Show one paper, with what is similar, who else is here and the room's last messages."""
    try:
        paper = queries.paper_for_page(edition, key)
    except Paper.DoesNotExist:
        raise Http404 from None
    context = {
        "paper": paper,
        "parts": _parts(paper, request),
        "similar": queries.similar_to(paper),
        "more": queries.more_by_authors(paper),
        "room": paper.room,
        "room_page": chat.room_page(paper.room, cast("User", request.user)),
    }
    return render(request, "papers/paper.html", context)


def _parts(paper: Paper, request: HttpRequest) -> list[str]:
    """Return what higher floors have to show on the paper's page."""
    made = (make(paper, request) for make in PAPER_PARTS.entries())
    return [render_to_string(*part, request=request) for part in made if part]


def _filters(edition: Edition, criteria: queries.Criteria) -> list[dict[str, object]]:
    """Return the select boxes: those filters that have anything to choose."""
    offered = ((name, FILTERS[name], FILTERS[name].choices(edition)) for name in FILTERS)
    return [
        {"name": name, "label": found.label, "choices": choices, "value": criteria.filters.get(name, "")}
        for name, found, choices in offered
        if choices
    ]


def _without(criteria: queries.Criteria) -> list[dict[str, str]]:
    """Return for each filter in force what it is and the address's query that goes on without it."""
    return [
        {
            "label": str(FILTERS[name].label),
            "value": value,
            "query": _encoded({other: kept for other, kept in criteria.values.items() if other != name}),
        }
        for name, value in criteria.filters.items()
        if name == "keyword"  # the others are seen in their boxes
    ]


def _encoded(values: dict[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update(values)
    return query.urlencode()
