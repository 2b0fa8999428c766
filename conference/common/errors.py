"""What is answered when something broke: 503 where the database did not answer, since that passes, else 500."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from conference.common.refused import Refused

RETRY_SECONDS = 5


def broken(request: HttpRequest) -> HttpResponse:
    """Answer for a view that raised. Asks nothing of the database."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return server_error(request)
    if request.path_info.startswith("/api/"):
        text = _("The server could not do this right now. It will be tried again.")
        refusal = Refused("unavailable", text, retry_after=RETRY_SECONDS)
        response: HttpResponse = JsonResponse({"error": refusal.as_dict()}, status=503)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response
