"""The API's description: for programs as an OpenAPI schema, for people as a page made from the same."""

from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView

from conference.common.access import PUBLIC

_drawing = Lock()


class DrawnOnce(SchemaGenerator):
    """The generator, asked once in a process: it is slow, cannot run in two threads, and always says the same."""

    def get_schema(self, request: object = None, public: bool = True) -> dict[str, Any]:  # noqa: ARG002, FBT001, FBT002 - as its callers have it
        """Return the whole schema, whoever asks."""
        with _drawing:
            return _drawn()


@cache
def _drawn() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


# What the API can be asked is as public as its source; what it answers is for the admitted.
schema = PUBLIC(SpectacularAPIView.as_view(generator_class=DrawnOnce))


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
    for path, methods in DrawnOnce().get_schema()["paths"].items():
        for method, operation in methods.items():
            parameters = [entry for entry in operation.get("parameters", []) if entry["in"] == "query"]
            line = Operation(method.upper(), path, operation.get("description", ""), parameters)
            found.setdefault(operation["tags"][0], []).append(line)
    return found
