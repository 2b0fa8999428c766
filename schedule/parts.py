"""What the schedule hands in to the pages of lower floors (papers, home)."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conference.editions.models import Edition
from papers.models import Paper
from papers.registry import Filter
from schedule import queries


def paper_slots(paper: Paper, _request: HttpRequest) -> tuple[str, dict[str, object]] | None:
    """Return the part of a paper's page that says where and when it is presented."""
    slots = queries.slots_of_paper(paper)
    if not slots:
        return None
    return "schedule/_paper_slots.html", {
        "slots": slots,
        "paper": paper,
        "edition": paper.edition,
        "zone_name": timezone.get_current_timezone_name(),
    }


def now_and_next(_request: HttpRequest, edition: Edition) -> tuple[str, dict[str, object]] | None:
    """Return the home page's card of what takes place now and next."""
    present = queries.now_and_next(edition)
    if not present.running and not present.coming:
        return None
    return "schedule/_home_card.html", {"present": present, "edition": edition}


BY_SESSION = Filter(label=_("Session"), choices=queries.choices_of_sessions, apply=queries.papers_in_session)
