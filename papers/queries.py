"""Every read of papers that is more than a line. The reader is admitted to the edition: the gate has seen to that."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.postgres.search import SearchRank, TrigramWordSimilarity
from django.core.paginator import Page, Paginator
from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.utils import timezone

from conference.editions.models import Edition
from papers.models import Authorship, Highlight, Paper, Rebuild, SimilarPaper, Theme
from papers.registry import FILTERS
from papers.search import parse, word_query
from papers.sql import Fold

PER_PAGE = 24
SIMILAR_SHOWN = 6
MORE_SHOWN = 6
HIGHLIGHTS_SHOWN = 5  # of a theme

WEIGHTS = [0.1, 0.2, 0.6, 1.0]  # of D (unused), C abstract, B authors and keywords, A title
LIKE_A_NAME = "0.45"  # word similarity from which one name may be a misspelling of another
SHORTEST_NAME = 4
MOST_ALIKE = 2 * PER_PAGE

SILENCE = dt.timedelta(minutes=5)  # a run without a sign of life for so long has died
ATTEMPTS = 3


@dataclass(frozen=True)
class Criteria:
    """What the paper list was asked for: the text and the values of `FILTERS`, by name."""

    text: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Criteria":
        """Read an address's query; what is not known is left out."""
        return cls(
            text=" ".join(asked.get("q", "").replace("\x00", "").split()),
            filters={name: value for name in FILTERS if (value := asked.get(name, "").replace("\x00", "").strip())},
        )

    @property
    def values(self) -> dict[str, str]:
        """What is asked for, as an address's query says it."""
        return ({"q": self.text} if self.text else {}) | dict(self.filters)


@dataclass(frozen=True)
class Found:
    """One page of papers. `is_alike`: nothing has these words, so names that are nearly so count too."""

    page: Page
    is_alike: bool = False


def cards(edition: Edition) -> QuerySet[Paper]:
    """Return the edition's papers with what a card shows, and no more."""
    return (
        Paper.objects.filter(edition=edition)
        .select_related("theme")
        .defer("abstract", "search", "authors_folded", "bigrams")
    )


def narrowed(edition: Edition, criteria: Criteria) -> QuerySet[Paper]:
    """Return the cards of papers that pass the filters, by title."""
    papers = cards(edition)
    for name, value in criteria.filters.items():
        papers = FILTERS[name].apply(papers, value)
    return papers.order_by(Lower("title"), "pk")


def search(edition: Edition, criteria: Criteria) -> QuerySet[Paper]:
    """Return the cards of papers that are asked for, best first; by title where no text asks."""
    papers = narrowed(edition, criteria)
    asked = parse(criteria.text)
    if asked.query is None:
        return papers if not criteria.text else papers.none()
    for query in asked.without:
        papers = papers.exclude(search=query)
    rank = SearchRank(F("search"), asked.query, weights=WEIGHTS)
    return papers.filter(search=asked.query).annotate(rank=rank).order_by("-rank", Lower("title"), "pk")


def find(edition: Edition, criteria: Criteria, number: str | int = 1) -> Found:
    """Return one page of the papers asked for; where no paper has the words, of those with similar names."""
    papers = search(edition, criteria)
    if not criteria.text:
        return Found(Paginator(papers, PER_PAGE).get_page(number))
    # Matching and ranking is the work, so it is done once: for the count, the order and the page together.
    ranked = list(papers.values_list("pk", flat=True))
    alike = [] if ranked else _alike(edition, criteria)
    page = Paginator(ranked or alike, PER_PAGE).get_page(number)
    rows = cards(edition).in_bulk(page.object_list)
    page.object_list = [rows[pk] for pk in page.object_list if pk in rows]  # type: ignore[misc]  # keys become papers
    return Found(page, is_alike=bool(alike))


def _alike(edition: Edition, criteria: Criteria) -> list[int]:
    """Return the keys of papers whose authors' names are like the words that were asked for, most alike first."""
    asked = parse(criteria.text)
    names = [word for word in asked.words if len(word) >= SHORTEST_NAME]
    if not names:
        return []
    papers = narrowed(edition, criteria)
    for group, word in zip(asked.groups, asked.words, strict=True):
        has = Q()
        for query in [word_query(word)] if word else group:
            has |= Q(search=query)
        if len(word) >= SHORTEST_NAME:
            has |= Q(authors_folded__trigram_word_similar=Fold(Value(word)))
        papers = papers.filter(has)
    for query in asked.without:
        papers = papers.exclude(search=query)
    likeness = TrigramWordSimilarity(Fold(Value(" ".join(names))), "authors_folded")  # type: ignore[arg-type]  # its stub
    papers = papers.annotate(likeness=likeness).order_by("-likeness", Lower("title"), "pk")
    with transaction.atomic(), connection.cursor() as cursor:
        # The operator that the index serves takes its threshold from here.
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [LIKE_A_NAME])
        return list(papers.values_list("pk", flat=True)[:MOST_ALIKE])


def tracks(edition: Edition) -> list[tuple[str, str]]:
    """Return the edition's tracks with their number of papers: one query."""
    counted = Paper.objects.filter(edition=edition).exclude(track="").values_list("track").annotate(number=Count("pk"))
    return [(track, f"{track} ({number})") for track, number in counted.order_by("track")]


def themes(edition: Edition) -> list[tuple[str, str]]:
    """Return the edition's themes that have papers, with their number: one query."""
    counted = Theme.objects.filter(edition=edition).annotate(number=Count("papers")).filter(number__gt=0)
    return [(theme.slug, f"{theme.name} ({theme.number})") for theme in counted]


def paper_for_page(edition: Edition, key: str) -> Paper:
    """Return the paper with what its page shows. Raises `Paper.DoesNotExist`."""
    papers = Paper.objects.select_related("theme", "room").prefetch_related("authorships")
    paper = papers.defer("search", "authors_folded", "bigrams").get(edition=edition, key=key)
    paper.edition = paper.room.edition = edition
    return paper


def similar_to(paper: Paper, limit: int = SIMILAR_SHOWN) -> list[SimilarPaper]:
    """Return the nearest papers with the words they share, nearest first."""
    near = SimilarPaper.objects.filter(paper=paper).select_related("other__theme")
    return list(near.defer("other__abstract", "other__search", "other__authors_folded", "other__bigrams")[:limit])


def more_by_authors(paper: Paper, limit: int = MORE_SHOWN) -> list[Paper]:
    """Return other papers of the same edition by the same people: by account, else by name."""
    authors = list(paper.authorships.all())
    same = Q(name__in=[author.name for author in authors])
    if accounts := [author.user_id for author in authors if author.user_id]:
        same |= Q(user__in=accounts)
    theirs = Authorship.objects.filter(same, paper__edition=paper.edition_id).values("paper")
    return list(cards(paper.edition).filter(pk__in=theirs).exclude(pk=paper.pk).order_by(Lower("title"), "pk")[:limit])


@dataclass(frozen=True)
class Set:
    """A theme's highlights of a day."""

    theme: Theme | None
    papers: list[Paper]


def highlights_of(edition: Edition, moment: dt.datetime) -> list[Set]:
    """Return the highlights of the day that `moment` is at the venue, by theme: one query.

    On a day without any, those of every day.
    """
    rows = (
        Highlight.objects.filter(Q(day=None) | Q(day=moment.astimezone(edition.tz).date()), edition=edition)
        .select_related("theme", "paper__theme")
        .defer("paper__abstract", "paper__search", "paper__authors_folded", "paper__bigrams")
        .order_by("theme__position", "theme__name", "position", "pk")
    )
    sets: dict[int | None, Set] = {}
    of_day = [row for row in rows if row.day]
    for row in of_day or rows:
        papers = sets.setdefault(row.theme_id, Set(row.theme, [])).papers
        if len(papers) < HIGHLIGHTS_SHOWN:
            papers.append(row.paper)
    return list(sets.values())


def is_due(now: dt.datetime) -> Q:
    """Return the condition for computations that somebody should begin: due, or left by a run that died."""
    waiting = Q(state=Rebuild.State.WAITING, due_at__lte=now)
    return waiting | Q(state=Rebuild.State.RUNNING, alive_at__lt=now - SILENCE)


def due_rebuilds() -> list[int]:
    """Return the computations to begin now."""
    return list(Rebuild.objects.filter(is_due(timezone.now())).order_by("due_at").values_list("pk", flat=True))


def for_recommendation(edition_id: int) -> list[Paper]:
    """Return the edition's papers with what they are compared by."""
    papers = Paper.objects.filter(edition_id=edition_id).order_by("pk")
    return list(papers.only("pk", "title", "abstract", "keywords_text"))
