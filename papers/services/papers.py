"""A paper, its room, its authors and keywords."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Lower

from chat import services as chat
from conference.accounts.models import User
from conference.common.keys import RESERVED
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


@dataclass(frozen=True)
class PaperLine:
    """A paper to make: values of `PAPER_FIELDS` (`title` at least), authors and keywords in their order."""

    values: Mapping[str, object]
    authors: Sequence[AuthorLine] = ()
    keywords: Iterable[str] = ()


@transaction.atomic
def create_papers(*, edition: Edition, many: Iterable[PaperLine]) -> list[Paper]:
    """Make papers with their rooms, authors and keywords; return them in the same order. A constant number of queries.

    Raises `ValidationError` for a value that does not fit its field or a key that the edition has, `IntegrityError`
    for a key that comes twice, and then none is made.
    """
    papers, authors, keywords = [], [], []
    for line in many:
        paper = Paper(edition=edition)
        _assign(paper, line.values)
        paper.clean_fields(exclude=UNCHECKED)
        check_theme(paper)
        papers.append(paper)
        authors.append(_clean_authors(line.authors))
        keywords.append(_clean_keywords(line.keywords))
    _check_keys(edition, papers)
    rooms = chat.open_rooms(edition=edition, kind=ROOM_KIND, names=[_room_name(paper.title) for paper in papers])
    for paper, room, lines, names in zip(papers, rooms, authors, keywords, strict=True):
        paper.room, paper.authors_text, paper.keywords_text = room, _names(lines), "\n".join(names)
        paper.bigrams = _bigrams(paper)
    Paper.objects.bulk_create(papers)
    Authorship.objects.bulk_create(
        Authorship(paper=paper, position=position, name=line.name, affiliation=line.affiliation, user=line.user)
        for paper, lines in zip(papers, authors, strict=True)
        for position, line in enumerate(lines)
    )
    _link_keywords(edition, dict(zip(papers, keywords, strict=True)))
    request_rebuild(edition=edition)
    return papers


def create_paper(
    *,
    edition: Edition,
    values: Mapping[str, object],
    authors: Sequence[AuthorLine] = (),
    keywords: Iterable[str] = (),
) -> Paper:
    """Make one paper; see `create_papers`."""
    return create_papers(edition=edition, many=[PaperLine(values, authors, keywords)])[0]


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


def _check_keys(edition: Edition, papers: Sequence[Paper]) -> None:
    """Raise `ValidationError` for a key that the edition has or that is reserved; the constraint itself says why."""
    keys = [paper.key for paper in papers]
    taken = set(Paper.objects.filter(edition=edition, key__in=keys).values_list("key", flat=True)).union(RESERVED)
    for paper in papers:
        if paper.key in taken:
            paper.validate_constraints()


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
    paper.keywords.set(_keyword_rows(paper.edition, names).values())
    return True


def _link_keywords(edition: Edition, papers: Mapping[Paper, Sequence[str]]) -> None:
    """Link papers that have no keywords yet to those of these names; of two spellings the first is made."""
    spellings = [name for names in papers.values() for name in names]
    rows = _keyword_rows(edition, list({name.lower(): name for name in reversed(spellings)}.values()))
    link = Paper.keywords.through
    link.objects.bulk_create(
        link(paper=paper, keyword=rows[name.lower()])
        for paper, names in papers.items()
        for name in names
        if name.lower() in rows
    )


def _keyword_rows(edition: Edition, names: list[str]) -> dict[str, Keyword]:
    """Return the edition's keywords of these names by their lower case; those missing are made."""
    lowered = [name.lower() for name in names]
    known = Keyword.objects.filter(edition=edition).annotate(lowered=Lower("name"))
    found: dict[str, Keyword] = {row.lowered: row for row in known.filter(lowered__in=lowered)}
    missing = [Keyword(edition=edition, name=name) for name in names if name.lower() not in found]
    if missing:
        Keyword.objects.bulk_create(missing, ignore_conflicts=True)  # another writer may make one at this moment
        found = {row.lowered: row for row in known.filter(lowered__in=lowered)}
    return found
