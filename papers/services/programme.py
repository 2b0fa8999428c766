"""Themes and highlights."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from conference.editions.models import Edition
from papers.models import Highlight, Paper, Theme


@dataclass(frozen=True)
class HighlightLine:
    """A highlighted paper; `day` None is every day."""

    paper: Paper
    day: dt.date | None = None
    theme: Theme | None = None
    position: int = 0


@transaction.atomic
def save_theme(*, edition: Edition, slug: str, name: str, position: int = 0) -> Theme:
    """Make the theme, or bring the edition's theme of this slug up to date. Raises `ValidationError`."""
    theme = Theme.objects.filter(edition=edition, slug=slug).first() or Theme(edition=edition, slug=slug)
    if theme.pk and (theme.name, theme.position) == (name, position):
        return theme
    theme.name, theme.position = name, position
    theme.clean_fields(exclude={"edition"})
    theme.save()
    return theme


@transaction.atomic
def set_highlights(*, edition: Edition, lines: Sequence[HighlightLine]) -> bool:
    """Make `lines` the edition's highlights; a paper twice under one theme of a day counts once.

    Returns whether that changed anything. Raises `ValueError` for a paper of another edition.
    """
    wanted: dict[tuple[int, dt.date | None, int | None], int] = {}
    for line in lines:
        if line.paper.edition_id != edition.pk:
            message = f"{line.paper.key} is no paper of {edition.slug}"
            raise ValueError(message)
        wanted.setdefault((line.paper.pk, line.day, line.theme.pk if line.theme else None), line.position)
    there = {(row.paper_id, row.day, row.theme_id): row for row in Highlight.objects.filter(edition=edition)}
    removed = [row.pk for place, row in there.items() if place not in wanted]
    moved = [row for place, row in there.items() if place in wanted and row.position != wanted[place]]
    for row in moved:
        row.position = wanted[row.paper_id, row.day, row.theme_id]
    made = [
        Highlight(edition=edition, paper_id=paper, day=day, theme_id=theme, position=position)
        for (paper, day, theme), position in wanted.items()
        if (paper, day, theme) not in there
    ]
    Highlight.objects.filter(pk__in=removed).delete()
    Highlight.objects.bulk_update(moved, ["position"])
    Highlight.objects.bulk_create(made)
    return bool(removed or moved or made)


@transaction.atomic
def save_highlight(*, line: HighlightLine, highlight: Highlight | None = None) -> Highlight:
    """Add one highlight, or change `highlight`; its edition is the paper's.

    Raises `ValidationError` where the day has the paper under this theme already or the theme is another edition's.
    """
    highlight = highlight or Highlight()
    highlight.paper, highlight.edition = line.paper, line.paper.edition
    highlight.day, highlight.theme, highlight.position = line.day, line.theme, line.position
    check_theme(highlight)
    highlight.validate_constraints()
    highlight.save()
    return highlight


@transaction.atomic
def delete_highlight(*, highlight: Highlight) -> None:
    """Take one paper out of the highlights."""
    highlight.delete()


def check_theme(row: Paper | Highlight) -> None:
    """Raise `ValidationError` for a theme of another edition."""
    if row.theme and row.theme.edition_id != row.edition_id:
        raise ValidationError({"theme": _("This theme belongs to another edition.")})
