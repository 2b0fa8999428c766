"""A paper, its room, its authors and keywords."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Lower

from chat import services as chat
from conference.accounts.models import User
from conference.editions.models import Edition
from papers.bigrams import bigrams
from papers.models import Authorship, Keyword, Paper
from papers.services.programme import check_theme
from papers.services.similar import request_rebuild

PAPER_FIELDS = frozenset(
    ("key", "title", "abstract", "track", "kind", "theme", "pdf_url", "code_url", "demo_url", "forum_url")
)
ROOM_KIND = "paper"
# Checked by the database instead: looking them up row by row would cost an import two queries a row.
UNCHECKED = {"edition", "theme", "room"}


@dataclass(frozen=True)
class AuthorLine:
    """One author in a paper's list. Without `user` a claim that the same name has on the paper is kept."""

    name: str
    affiliation: str = ""
    user: User | None = None


@transaction.atomic
def create_paper(
    *,
    edition: Edition,
    values: Mapping[str, object],
    authors: Sequence[AuthorLine] = (),
    keywords: Iterable[str] = (),
) -> Paper:
    """Make a paper from values of `PAPER_FIELDS` (`title` at least), with its room, authors and keywords.

    Raises `ValidationError` for a value that does not fit its field or a key that the edition has.
    """
    paper = Paper(edition=edition)
    _assign(paper, values)
    paper.clean_fields(exclude=UNCHECKED)
    check_theme(paper)
    paper.validate_constraints()
    paper.room = chat.open_room(edition=edition, kind=ROOM_KIND, name=_room_name(paper.title))
    names = _clean_keywords(keywords)
    lines = _clean_authors(authors)
    paper.keywords_text = "\n".join(names)
    paper.authors_text = _names(lines)
    paper.bigrams = _bigrams(paper)
    paper.save()
    Authorship.objects.bulk_create(
        Authorship(paper=paper, position=position, name=line.name, affiliation=line.affiliation, user=line.user)
        for position, line in enumerate(lines)
    )
    if names:
        paper.keywords.set(_keyword_rows(edition, names))
    request_rebuild(edition=edition)
    return paper


@transaction.atomic
def update_paper(
    *,
    paper: Paper,
    values: Mapping[str, object] | None = None,
    authors: Sequence[AuthorLine] | None = None,
    keywords: Iterable[str] | None = None,
) -> bool:
    """Change what differs; what is None is left alone. Brings `paper` up to date; returns whether anything changed.

    Raises `ValidationError` for a value that does not fit its field or a key that the edition has.
    """
    row = Paper.objects.select_for_update().get(pk=paper.pk)
    changed = _assign(row, values or {})
    if changed:
        row.clean_fields(exclude=UNCHECKED)
    if "theme" in changed:
        check_theme(row)
    if "key" in changed:
        row.validate_constraints()
    if authors is not None and _set_authors(row, _clean_authors(authors)):
        changed.add("authors_text")
    if keywords is not None and _set_keywords(row, _clean_keywords(keywords)):
        changed.add("keywords_text")
    if not changed:
        return False
    row.bigrams = _bigrams(row)
    row.content_version += 1
    row.save(update_fields=[*changed, "bigrams", "content_version"])
    if "title" in changed:
        chat.rename_room(room=row.room, name=_room_name(row.title))
    if changed & {"title", "abstract", "keywords_text"}:
        request_rebuild(edition=row.edition)
    for name in (*changed, "bigrams", "content_version"):
        setattr(paper, name, getattr(row, name))
    return True


def set_authors(*, paper: Paper, authors: Sequence[AuthorLine]) -> bool:
    """Make `authors`, in this order, those of the paper. Return whether that changed anything."""
    return update_paper(paper=paper, authors=authors)


def set_keywords(*, paper: Paper, keywords: Iterable[str]) -> bool:
    """Make `keywords` those of the paper, once each whatever their case. Return whether that changed anything."""
    return update_paper(paper=paper, keywords=keywords)


@transaction.atomic
def delete_paper(*, paper: Paper) -> None:
    """Remove a paper that was entered by mistake. Its room stays, closed, when somebody has written in it."""
    edition, room = paper.edition, paper.room
    paper.delete()
    if room.last_seq:
        chat.close_room(room=room, is_closed=True)
    else:
        room.delete()
    request_rebuild(edition=edition)


def _assign(paper: Paper, values: Mapping[str, object]) -> set[str]:
    """Set what differs and return its names."""
    if unknown := set(values) - PAPER_FIELDS:
        message = f"Not for callers to set: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    changed = set()
    for name, given in values.items():
        value = _clean_text(name, given) if isinstance(given, str) else given
        if getattr(paper, name) != value:
            setattr(paper, name, value)
            changed.add(name)
    return changed


def _clean_text(name: str, value: str) -> str:
    """Leave line breaks only where they mean something, and no NUL, which PostgreSQL refuses."""
    value = value.replace("\x00", "")
    return value.strip().replace("\r\n", "\n") if name == "abstract" else " ".join(value.split())


def _clean_authors(authors: Sequence[AuthorLine]) -> list[AuthorLine]:
    lines = [
        AuthorLine(_clean_text("name", line.name), _clean_text("affiliation", line.affiliation), line.user)
        for line in authors
    ]
    for line in lines:
        Authorship(name=line.name, affiliation=line.affiliation).clean_fields(exclude={"paper", "position", "user"})
    return lines


def _clean_keywords(keywords: Iterable[str]) -> list[str]:
    """Keep the first spelling of each keyword, in order."""
    names: dict[str, str] = {}
    for keyword in keywords:
        name = _clean_text("name", keyword)
        Keyword(name=name or "-").clean_fields(exclude={"edition"})
        if name:
            names.setdefault(name.lower(), name)
    return list(names.values())


def _names(lines: Iterable[AuthorLine | Authorship]) -> str:
    return ", ".join(line.name for line in lines)


def _bigrams(paper: Paper) -> str:
    return bigrams(paper.title, paper.authors_text, paper.keywords_text, paper.abstract)


def _room_name(title: str) -> str:
    return title[:300]


def _set_authors(paper: Paper, lines: list[AuthorLine]) -> bool:
    """Write what differs. A row stays with its name, and so does the claim on it."""
    there = list(paper.authorships.all())
    by_name: dict[str, list[Authorship]] = {}
    for row in reversed(there):
        by_name.setdefault(row.name, []).append(row)
    rows = []
    for line in lines:
        same = by_name.get(line.name)
        row = same.pop() if same else Authorship(paper=paper, name=line.name)
        rows.append(row)
    before = [(row.pk, row.position, row.affiliation, row.user_id) for row in there]
    for position, (row, line) in enumerate(zip(rows, lines, strict=True)):
        row.position, row.affiliation, row.user = position, line.affiliation, line.user or row.user
    if before == [(row.pk, row.position, row.affiliation, row.user_id) for row in rows]:
        return False
    kept = [row for row in rows if row.pk]
    paper.authorships.exclude(pk__in=[row.pk for row in kept]).delete()
    Authorship.objects.bulk_update(kept, ["position", "affiliation", "user"])
    Authorship.objects.bulk_create(row for row in rows if not row.pk)
    paper.authors_text = _names(lines)
    return True


def _set_keywords(paper: Paper, names: list[str]) -> bool:
    text = "\n".join(names)
    if text == paper.keywords_text:
        return False
    paper.keywords_text = text
    paper.keywords.set(_keyword_rows(paper.edition, names))
    return True


def _keyword_rows(edition: Edition, names: list[str]) -> list[Keyword]:
    """Return the edition's keywords of these names, in any case of letters; those missing are made."""
    lowered = [name.lower() for name in names]
    known = Keyword.objects.filter(edition=edition).annotate(lowered=Lower("name"))
    found = {row.lowered: row for row in known.filter(lowered__in=lowered)}
    missing = [Keyword(edition=edition, name=name) for name in names if name.lower() not in found]
    if missing:
        Keyword.objects.bulk_create(missing, ignore_conflicts=True)  # another writer may make one at this moment
        found = {row.lowered: row for row in known.filter(lowered__in=lowered)}
    return list(found.values())
