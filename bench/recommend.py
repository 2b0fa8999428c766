"""How good similar papers are, on real conferences, by labels that they do not see: keywords, tracks, oral themes.

nDCG@10: for each paper, how much of what is related comes first among its ten nearest (1: all of it). Related are papers
of the same track or theme, or, by how many of their keywords they share, of like keywords. Below each figure stands that
of plain TF-IDF, by the same measure.
"""

import csv
import os
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.rows import Row
from papers.recommend import Document, similar

TOP = 10
Labels = Sequence[frozenset[Hashable]]


def measure() -> list[Row]:
    """Return the rows; none without real conferences."""
    if "HATATA_SHARED" not in os.environ:
        return []
    data = Path(os.environ["HATATA_SHARED"]) / "data"
    rows: list[Row] = []
    for name, folder, labels_of, reach in (
        ("ICLR 2020 keywords", "iclr2020", keywords, 0.53),
        ("ICLR 2020 oral themes", "iclr2020", oral_themes, None),
        ("ACL 2020 tracks", "acl2020", tracks, 0.385),
    ):
        papers = read(data / folder)
        labels = labels_of(data / folder, papers)
        found = nearest(papers)
        rows += [
            Row(f"similar papers, {name}: nDCG@10", ndcg(found, labels), "", reach=reach, more=True),
            Row(f"plain TF-IDF, {name}: nDCG@10", ndcg(plain(papers), labels), ""),
        ]
        if labels_of is not oral_themes:
            rows.append(Row(f"never recommended, {folder}", 100 * never(found), "%", reach=0.5))
    return rows


def read(folder: Path) -> list[dict[str, str]]:
    """Return the main papers of a conference in MiniConf's form."""
    name = "papers.csv" if (folder / "papers.csv").exists() else "main_papers.csv"
    with (folder / name).open(newline="") as file:
        return list(csv.DictReader(file))


def keywords(_folder: Path, papers: list[dict[str, str]]) -> Labels:
    """Return the words of each paper's keywords."""
    return [frozenset(paper["keywords"].lower().replace("|", " ").replace("-", " ").split()) for paper in papers]


def tracks(_folder: Path, papers: list[dict[str, str]]) -> Labels:
    """Return each paper's track."""
    return [frozenset([paper["track"]]) for paper in papers]


def oral_themes(folder: Path, papers: list[dict[str, str]]) -> Labels:
    """Return the theme of each paper that was in a daily set; the others have none."""
    with (folder / "oral_themes.csv").open(newline="") as file:
        themes: dict[str, set[str]] = {}
        for row in csv.DictReader(file):
            themes.setdefault(row["paper"], set()).add(row["theme"])
    return [frozenset(themes.get(paper["UID"], ())) for paper in papers]


def nearest(papers: list[dict[str, str]]) -> list[list[int]]:
    """Return the ten nearest of each paper; keywords are labels here, so they are not looked at."""
    documents = [Document(paper["title"], paper["abstract"]) for paper in papers]
    return [[near.index for near in neighbours] for neighbours in similar(documents, nearest=TOP)]


def plain(papers: list[dict[str, str]]) -> list[list[int]]:
    """Return the ten nearest by TF-IDF as it comes."""
    rows = TfidfVectorizer(stop_words="english").fit_transform(
        f"{paper['title']} {paper['abstract']}" for paper in papers
    )
    scores = (rows @ rows.T).toarray()
    np.fill_diagonal(scores, -1)
    return np.argsort(-scores, axis=1, kind="stable")[:, :TOP].tolist()


def ndcg(found: list[list[int]], labels: Labels, shared: Callable[..., float] | None = None) -> float:
    """Return the mean over all papers that have anything related."""
    shared = shared or jaccard
    discount = 1 / np.log2(np.arange(2, TOP + 2))
    values = []
    for place, others in enumerate(found):
        related = np.array([shared(labels[place], other) for other in labels])
        related[place] = 0
        best = np.sort(related)[::-1][:TOP]
        if best[0]:
            values.append((related[others] @ discount[: len(others)]) / (best @ discount))
    return float(np.mean(values))


def jaccard(one: frozenset, other: frozenset) -> float:
    """Return how much of two sets is shared."""
    return len(one & other) / len(one | other) if one & other else 0.0


def never(found: list[list[int]]) -> float:
    """Return the share of papers that are nobody's neighbour."""
    return 1 - len({other for others in found for other in others}) / len(found)
