"""Every write to papers, their authors, keywords, themes, highlights, and the computation of similar papers."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models.functions import Least, Lower
from django.utils import timezone

from chat import services as chat
from conference.accounts.models import User
from conference.common.jobs import enqueue_on_commit
from conference.editions.models import Edition
from papers import queries, recommend
from papers.bigrams import bigrams
from papers.models import Authorship, Highlight, Keyword, Paper, Rebuild, SimilarPaper, Theme

PAPER_FIELDS = frozenset(
    ("key", "title", "abstract", "track", "kind", "theme", "pdf_url", "code_url", "demo_url", "forum_url")
)
ROOM_KIND = "paper"
# Checked by the database instead: looking them up row by row would cost an import two queries a row.
UNCHECKED = {"edition", "theme", "room"}

QUIET = dt.timedelta(seconds=20)  # a rebuild waits until nothing has changed for so long …
PATIENCE = dt.timedelta(minutes=2)  # … but no longer than this


@dataclass(frozen=True)
class AuthorLine:
    """One author in a paper's list. Without `user` a claim that the same name has on the paper is kept."""

    name: str
    affiliation: str = ""
    user: User | None = None


@dataclass(frozen=True)
class HighlightLine:
    """A highlighted paper; `day` None is every day."""

    paper: Paper
    day: dt.date | None = None
    theme: Theme | None = None
    position: int = 0


# --- Papers ----------------------------------------------------------------------------------------------------------


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


# --- Themes and highlights -------------------------------------------------------------------------------------------


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


# --- Similar papers --------------------------------------------------------------------------------------------------


@transaction.atomic
def request_rebuild(*, edition: Edition) -> None:
    """Have the similar papers computed once the edition has been quiet for a while, but within two minutes."""
    due = timezone.now() + QUIET
    waiting = Rebuild.objects.filter(edition=edition, state=Rebuild.State.WAITING)
    if not waiting.update(due_at=Least(due, models.F("requested_at") + PATIENCE)):
        Rebuild.objects.bulk_create([Rebuild(edition=edition, due_at=due)], ignore_conflicts=True)


@transaction.atomic
def request_rebuild_now(*, edition: Edition) -> Rebuild:
    """Have the similar papers computed at once; return the row that tells how it goes."""
    now = timezone.now()
    if not Rebuild.objects.filter(edition=edition, state=Rebuild.State.WAITING).update(due_at=now):
        Rebuild.objects.bulk_create([Rebuild(edition=edition, due_at=now)], ignore_conflicts=True)
    rebuild = Rebuild.objects.get(edition=edition, state=Rebuild.State.WAITING)
    enqueue_on_commit("papers.rebuild", rebuild.pk)
    return rebuild


def rebuild_now(*, edition: Edition) -> Rebuild:
    """Compute the similar papers here and now; returns the finished row. Raises what the computation raises."""
    with transaction.atomic():
        rebuild = Rebuild.objects.filter(edition=edition, state=Rebuild.State.WAITING).first()
        rebuild = rebuild or Rebuild.objects.create(edition=edition, due_at=timezone.now())
        Rebuild.objects.filter(pk=rebuild.pk).update(due_at=timezone.now())
    return run_rebuild(pk=rebuild.pk) or rebuild


def run_rebuild(*, pk: int) -> Rebuild | None:
    """Run the computation `pk`, if it is due and nobody else is at it; returns its row, else None.

    A failure is recorded in the row, then raised again for the log.
    """
    rebuild = _claim(pk)
    if rebuild is None:
        return None
    try:
        count = _rebuild(rebuild)
    except Exception as failure:
        _finish(rebuild, Rebuild.State.FAILED, error=f"{type(failure).__name__}: {failure}"[:500])
        raise
    _finish(rebuild, Rebuild.State.DONE, papers=count, progress=100)
    return rebuild


@transaction.atomic
def _claim(pk: int) -> Rebuild | None:
    """Take the row, when it is due or when the run that had it has died. One run an edition at a time."""
    now = timezone.now()
    rebuild = Rebuild.objects.select_for_update(skip_locked=True).filter(queries.is_due(now), pk=pk).first()
    if rebuild is None:
        return None
    running = Rebuild.objects.filter(edition_id=rebuild.edition_id, state=Rebuild.State.RUNNING)
    if running.exclude(pk=pk).exists():
        return None
    if rebuild.attempts >= queries.ATTEMPTS:
        _finish(rebuild, Rebuild.State.FAILED, error="The run died each time. Is there enough memory?")
        return None
    rebuild.state, rebuild.attempts = Rebuild.State.RUNNING, rebuild.attempts + 1
    rebuild.started_at = rebuild.alive_at = now
    rebuild.progress = 0
    rebuild.save()
    return rebuild


def _rebuild(rebuild: Rebuild) -> int:
    """Compute and store; returns the number of papers."""
    papers = queries.for_recommendation(rebuild.edition_id)
    documents = [recommend.Document(paper.title, paper.abstract, paper.keyword_names) for paper in papers]

    def tell(percent: int) -> None:
        Rebuild.objects.filter(pk=rebuild.pk).update(progress=percent * 9 // 10, alive_at=timezone.now())

    found = recommend.similar(documents, progress=tell)
    _store([paper.pk for paper in papers], found, edition_id=rebuild.edition_id)
    return len(papers)


@transaction.atomic
def _store(pks: list[int], found: list[list[recommend.Neighbour]], *, edition_id: int) -> None:
    """Replace the edition's similar papers; papers that were deleted meanwhile are left out."""
    there = set(Paper.objects.select_for_update(no_key=True).filter(edition_id=edition_id).values_list("pk", flat=True))
    SimilarPaper.objects.filter(paper__edition_id=edition_id).delete()
    SimilarPaper.objects.bulk_create(
        (
            SimilarPaper(paper_id=pk, other_id=pks[near.index], rank=rank, score=near.score, shared=near.shared)
            for pk, neighbours in zip(pks, found, strict=True)
            for rank, near in enumerate(neighbours, start=1)
            if pk in there and pks[near.index] in there
        ),
        batch_size=5_000,
    )


def _finish(rebuild: Rebuild, state: str, **values: object) -> None:
    rebuild.state, rebuild.finished_at = state, timezone.now()
    for name, value in values.items():
        setattr(rebuild, name, value)
    rebuild.save()
