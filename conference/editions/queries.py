"""Reads of editions, their help pages and committee."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from conference.editions.models import CommitteeMember, Edition, FaqEntry


def current_edition() -> Edition | None:
    """Return the edition that `/` leads to: the running one, else the next, else the latest; None before the first."""
    editions = list(Edition.objects.all())  # one a year
    now = timezone.now()
    running = [edition for edition in editions if edition.phase == Edition.Phase.RUNNING]
    coming = sorted((edition for edition in editions if edition.starts_at > now), key=lambda edition: edition.starts_on)
    return next(iter([*running, *coming, *editions]), None)


@dataclass(frozen=True)
class Answer:
    """A FAQ entry as the help page shows it: with the permanent name of its place on the page."""

    anchor: str
    question: str
    answer: str


def help_sections(edition: Edition, words: str = "") -> list[tuple[str, list[Answer]]]:
    """Return the FAQ of `edition` by section; with `words`, the entries that have all of them.

    An entry keeps its anchor in every answer to every search, since people link to it. One query.
    """
    entries = FaqEntry.objects.filter(section__edition=edition).select_related("section")
    entries = entries.order_by("section__position", "section_id", "position", "id")
    wanted = set(entries.filter(_has(words)).values_list("id", flat=True)) if words.split() else None
    anchors: dict[str, int] = {}
    sections: dict[str, list[Answer]] = {}
    for entry in entries:
        answer = Answer(_anchor(entry.question, anchors), entry.question, entry.answer)
        if wanted is None or entry.pk in wanted:
            sections.setdefault(entry.section.title, []).append(answer)
    return list(sections.items())


def _has(words: str) -> Q:
    found = Q()
    for word in words.split():
        found &= Q(question__unaccent__icontains=word) | Q(answer__unaccent__icontains=word)
    return found


def _anchor(question: str, taken: dict[str, int]) -> str:
    """Return the question as part of an address; a number follows where two questions read the same."""
    name = slugify(question, allow_unicode=True)[:80].strip("-") or "question"
    taken[name] = taken.get(name, 0) + 1
    return name if taken[name] == 1 else f"{name}-{taken[name]}"


def committee_by_role(edition: Edition) -> list[tuple[str, list[CommitteeMember]]]:
    """Return the committee of `edition`, grouped by role in the order of its first member. One query."""
    roles: dict[str, list[CommitteeMember]] = {}
    for member in edition.committee.all():
        roles.setdefault(member.role, []).append(member)
    return list(roles.items())


def public_files(edition: Edition) -> set[str]:
    """Return the names of the stored files of `edition` that anybody may read."""
    return {str(image) for image in (edition.logo, edition.hero) if image}
