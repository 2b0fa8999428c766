from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from conference.common.access import ADMITTED, PUBLIC
from conference.editions import queries
from conference.editions.models import Edition
from conference.editions.registry import HOME_CARDS, LANDING_PARTS, Part

FOR_EVER = {"public": True, "max_age": 31_536_000, "immutable": True}


@PUBLIC
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Lead to the current edition; before there is one, say how to make it."""
    edition = queries.current_edition()
    return redirect(edition) if edition else render(request, "editions/welcome.html")


@PUBLIC
@require_safe
def front(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Show home to the admitted and the landing page to everybody else."""
    if request.admission.is_admitted:
        return render(request, "editions/home.html", {"cards": _parts(HOME_CARDS.entries(), request, edition)})
    context = {
        "parts": _parts(LANDING_PARTS.entries(), request, edition),
        "committee": queries.committee_by_role(edition),
    }
    return render(request, "editions/landing.html", context)


def _parts(entries: list[Part], request: HttpRequest, edition: Edition) -> list[str]:
    """Render what other floors handed in for a page; who has nothing to show is left out."""
    found = [entry(request, edition) for entry in entries]
    return [render_to_string(*part, request=request) for part in found if part]


@ADMITTED
@require_safe
def help_page(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Show the FAQ, or what of it has the words asked for."""
    words = request.GET.get("q", "").strip()[:100]
    return render(request, "editions/help.html", {"sections": queries.help_sections(edition, words), "words": words})


@PUBLIC
@cache_control(**FOR_EVER)
@require_safe
def accent(_request: HttpRequest, edition: Edition) -> HttpResponse:
    """Serve the edition's accent as a style sheet: the content security policy allows none within pages."""
    css = f":root {{ --accent-hue: {edition.accent_hue}; --accent-chroma: {edition.accent_chroma}; }}\n"
    return HttpResponse(css, content_type="text/css")


@PUBLIC
@cache_control(**FOR_EVER)
@require_safe
def edition_file(_request: HttpRequest, edition: Edition, name: str) -> FileResponse:
    """Serve the logo and the hero image; no other stored file has this address."""
    found = [stored for stored in queries.public_files(edition) if PurePosixPath(stored).name == name]
    if not found or not default_storage.exists(found[0]):
        raise Http404
    return FileResponse(default_storage.open(found[0]))
