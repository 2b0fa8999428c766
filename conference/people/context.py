from django.http import HttpRequest

from conference.people.rules import NOBODY


def shell(request: HttpRequest) -> dict[str, object]:
    """Return what the shell of every page needs: the edition, the reader's admission and zone. No queries."""
    return {
        "edition": getattr(request, "edition", None),
        "admission": getattr(request, "admission", NOBODY),
        "zone": getattr(request, "zone", ""),
        "zone_is_chosen": getattr(request, "zone_is_chosen", False),
    }
