from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, object]:
    """Return what the shell of every page needs: the edition, the reader's admission and zone."""
    return {
        "edition": getattr(request, "edition", None),
        "admission": getattr(request, "admission", None),
        "zone": getattr(request, "zone", ""),
    }
