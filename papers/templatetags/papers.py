"""How papers' texts are shown."""

from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join, urlize
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from conference.editions.models import Edition
from papers import maths
from papers.models import Paper, Theme

register = template.Library()

HUES = 12  # of static/css/chip.css
KEYWORDS_SHOWN = 4  # on a card
FORMS = {
    "text": "{}",
    "maths": '<span class="math">{}</span>',
    "display": '<span class="math math--display">{}</span>',
    "em": "<em>{}</em>",
    "strong": "<strong>{}</strong>",
    "code": "<code>{}</code>",
}


@dataclass(frozen=True)
class Card:
    """All that a paper's card shows, so that cards that are equal look the same and one is drawn for all readers."""

    edition: str
    key: str
    title: str
    authors: str
    track: str
    theme: tuple[str, str, int] | None  # slug, name, hue
    keywords: tuple[str, ...]
    why: str


@register.simple_tag
def paper_card(edition: Edition, paper: Paper, why: str = "") -> SafeString:
    """Show a paper (of `queries.cards`) among others; `why` is a line that says why it is here."""
    theme = paper.theme
    return _card(
        Card(
            edition=edition.get_absolute_url(),
            key=paper.key,
            title=paper.title,
            authors=paper.authors_text,
            track=paper.track,
            theme=(theme.slug, theme.name, hue(theme)) if theme else None,
            keywords=tuple(paper.keyword_names[:KEYWORDS_SHOWN]),
            why=why,
        )
    )


@lru_cache(maxsize=4096)
def _card(card: Card) -> SafeString:
    return render_to_string("papers/_card.html", {"card": card})


@register.filter
def typeset(text: str) -> SafeString:
    """Return an author's plain text, escaped piece by piece; maths stays TeX in an element that maths.js draws."""
    return _typeset(text)


@lru_cache(maxsize=1024)
def _typeset(text: str) -> SafeString:
    return format_html_join("", "{}", ((_shown(piece),) for piece in maths.pieces(text)))


def _shown(piece: maths.Piece) -> SafeString:
    if piece.kind == "link":
        return SafeString(urlize(piece.text, nofollow=True, autoescape=True))  # safe: it escapes what it is given
    return format_html(FORMS[piece.kind], piece.text)


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
