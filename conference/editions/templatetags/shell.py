"""The shell around every page: its navigation."""

from dataclasses import dataclass

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conference.editions.models import Edition

register = template.Library()

# Where an admitted reader can go: address under the edition, label, icon. Pages of all floors, so by address.
PLACES = (
    ("", _("Home"), "house"),
    ("papers/", _("Papers"), "file-text"),
    ("schedule/", _("Schedule"), "calendar-days"),
    ("help/", _("Help"), "circle-help"),
)


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    href: str
    label: str | Promise
    icon: str
    is_here: bool


@register.simple_tag
def places(edition: Edition, path: str) -> list[Place]:
    """Return the navigation of `edition` for a reader who is at the address `path`."""
    home = edition.get_absolute_url()
    found = []
    for address, label, icon in PLACES:
        href = home + address
        found.append(Place(href, label, icon, is_here=path == href or (bool(address) and path.startswith(href))))
    return found
