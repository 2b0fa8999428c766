"""How papers' texts are shown."""

from django import template
from django.utils.translation import gettext as _

from papers import maths
from papers.models import Theme

register = template.Library()

HUES = 12  # of static/css/chip.css


@register.filter
def pieces(text: str) -> list[maths.Piece]:
    """Return an author's text in parts for `papers/_text.html`, which escapes each."""
    return maths.pieces(text)


@register.filter
def plain(text: str) -> str:
    """Return an author's text without LaTeX's marks, for titles of windows and labels."""
    return "".join(piece.text for piece in maths.pieces(text))


@register.filter
def hue(theme: Theme) -> int:
    """Return the number of the theme's colour."""
    return theme.position % HUES + 1


@register.filter
def reason(shared: list[str]) -> str:
    """Return why two papers are called similar; empty where they share no word."""
    return _("Shares: %(terms)s") % {"terms": ", ".join(shared)} if shared else ""
