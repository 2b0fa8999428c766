"""What higher floors hand in: filters of the paper list, and parts of the paper page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise

from conference.common.registry import Registry
from conference.editions.models import Edition
from papers.models import Paper

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Filter:
    """One filter of the paper list; its name in the registry is its name in the address.

    `choices` returns (value, label) of those to offer, in at most one query; `apply` narrows the papers to a value
    (an unknown one leaves none).
    """

    label: str | Promise
    choices: Callable[[Edition], Choices]
    apply: Callable[[QuerySet[Paper], str], QuerySet[Paper]]


# A part of the paper page: returns the template and what it needs, or None where it has nothing to show.
Part = Callable[[Paper, HttpRequest], tuple[str, dict[str, object]] | None]

FILTERS: Registry[Filter] = Registry()
PAPER_PARTS: Registry[Part] = Registry()
