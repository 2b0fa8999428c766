"""The paper list's own filters, and its card on the home page; registered in apps.py."""

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conference.editions.models import Edition
from papers import queries
from papers.models import Keyword, Paper
from papers.registry import Filter


def _with_keyword(papers: QuerySet[Paper], value: str) -> QuerySet[Paper]:
    same = Keyword.objects.annotate(lowered=Lower("name")).filter(lowered=value.lower())
    return papers.filter(keywords__in=same)


TRACK = Filter(_("Track"), queries.tracks, lambda papers, value: papers.filter(track=value))
THEME = Filter(_("Theme"), queries.themes, lambda papers, value: papers.filter(theme__slug=value))
# Hundreds of keywords make no list to choose from: they are reached from a paper.
KEYWORD = Filter(_("Keyword"), lambda _edition: [], _with_keyword)


def highlights_card(_request: HttpRequest, edition: Edition) -> tuple[str, dict[str, object]] | None:
    """Return the home page's card of today's highlights; None where there are none."""
    sets = queries.highlights_of(edition, timezone.now())
    return ("papers/_highlights.html", {"sets": sets, "edition": edition}) if sets else None
