"""The API's description: for programs as an OpenAPI schema, for people as a page made from the same."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView

from conference.common.access import PUBLIC

# What the API can be asked is as public as its source; what it answers is for the admitted.
schema = PUBLIC(SpectacularAPIView.as_view())


@dataclass(frozen=True)
class Operation:
    """One thing that the API can be asked."""

    method: str
    path: str
    description: str
    parameters: list[dict[str, Any]]


@PUBLIC
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show what the API can be asked, by subject."""
    return render(request, "api/docs.html", {"subjects": subjects()})


@cache
def subjects() -> dict[str, list[Operation]]:
    """Return the operations of the schema by their tag; computed once, since it is the same until a new release."""
    found: dict[str, list[Operation]] = {}
    for path, methods in SchemaGenerator().get_schema(request=None, public=True)["paths"].items():
        for method, operation in methods.items():
            parameters = [entry for entry in operation.get("parameters", []) if entry["in"] == "query"]
            line = Operation(method.upper(), path, operation.get("description", ""), parameters)
            found.setdefault(operation["tags"][0], []).append(line)
    return found
