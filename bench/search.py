"""How fast the search of papers is in a large conference: 5,000 papers, text and filters, counting and one page."""

import random
import statistics
import time

from django.db import connection
from django.utils import timezone

from bench.rows import Row
from chat.models import Room
from conference.editions.models import Edition
from conference.organize.demo import words
from papers import queries
from papers.bigrams import bigrams
from papers.models import Paper

PAPERS = 5_000
SLUG = "bench-search"
TIMES = 20
ASKED = {
    "words": ["graph neural netw", "robust learning", "language", "attention mod", '"neural networks"', "data -graph"],
    "a misspelt name": ["adebay", "yoshua bengoi", "tesfay hailu mengistu", "okonkow", "haalu", "gonzlez"],
}


def measure() -> list[Row]:
    """Make a large edition, search it, and take it away again."""
    edition = _edition()
    rows = []
    for name, texts in ASKED.items():
        times = sorted(_time(edition, texts[number % len(texts)]) for number in range(TIMES * len(texts)))
        rows += [
            Row(f"search in {PAPERS:,} papers, {name}, p50", statistics.median(times), "ms"),
            Row(f"search in {PAPERS:,} papers, {name}, p95", times[len(times) * 95 // 100], "ms", reach=50),
        ]
    Paper.objects.filter(edition=edition).delete()
    edition.delete()
    return rows


def _time(edition: Edition, text: str) -> float:
    start = time.perf_counter()
    list(queries.find(edition, queries.Criteria(text)).page)
    return (time.perf_counter() - start) * 1_000


def _edition() -> Edition:
    """Mix the demo's sentences and names into papers of the usual length."""
    chance = random.Random(1)  # noqa: S311 - the same each time, not a secret
    today = timezone.now().date()
    edition = Edition.objects.create(slug=SLUG, name="Large", starts_on=today, ends_on=today)
    people = [person["name"] if isinstance(person, dict) else str(person) for person in words.read("people")]
    papers = [paper for theme in words.themes() for paper in theme["papers"]]
    sentences = [sentence for paper in papers for sentence in paper["abstract"].split(". ")]
    title = [word for paper in papers for word in paper["title"].split()]
    keywords = sorted({keyword for paper in papers for keyword in paper["keywords"]})
    rooms = Room.objects.bulk_create(
        [Room(edition=edition, kind="paper", name="Room") for _place in range(PAPERS)], batch_size=500
    )
    Paper.objects.bulk_create(
        [
            Paper(
                edition=edition,
                room=room,
                title=" ".join(chance.sample(title, 8)),
                abstract=". ".join(chance.sample(sentences, 8)),
                authors_text=", ".join(chance.sample(people, 4)),
                keywords_text="\n".join(chance.sample(keywords, 4)),
                bigrams=bigrams(""),
            )
            for room in rooms
        ],
        batch_size=500,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE papers_paper")
    return edition
