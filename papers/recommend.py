"""Similar papers, by scikit-learn: TF-IDF for the words that two papers share, an SVD of it for what they are about.

Pure functions. Settings and what they reach on real conferences: `bench/recommend.py`; differences of ±.003 are noise.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

NEAREST = 20
LEXICAL, LATENT = 0.8, 0.2
COMMON = 0.1  # words of more than a tenth of the papers tell nothing about two of them
DIMENSIONS, MANY_DIMENSIONS, MANY = 64, 128, 3_000
EXACT = 5_000  # up to here every pair is compared
CANDIDATES = 200  # above, so many by the latent half are compared exactly
BLOCK = 500
REASONS = 3
FEWEST_FOR_RARE = 8  # below, a word of a single paper is no rarity

TEX = re.compile(r"\\[A-Za-z]+\*?|[${}\\^_~]")
HYPHENS = re.compile(r"[-‐-―]")


@dataclass(frozen=True)
class Document:
    """What a paper is compared by."""

    title: str
    abstract: str = ""
    keywords: Sequence[str] = ()

    @property
    def text(self) -> str:
        """Title three times, keywords twice, abstract once; without TeX, ligatures and hyphens."""
        words = ". ".join([*[self.title] * 3, self.abstract, *[*self.keywords] * 2])
        return HYPHENS.sub(" ", TEX.sub(" ", unicodedata.normalize("NFKC", words)))


@dataclass(frozen=True)
class Neighbour:
    """A similar document: its place in the list, how similar, and the words that say why."""

    index: int
    score: float
    shared: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Space:
    """The documents as rows, for each part of the similarity. A further part is one more pair of weight and rows."""

    terms: np.ndarray
    lexical: csr_matrix
    latent: np.ndarray

    @property
    def parts(self) -> list[tuple[float, csr_matrix | np.ndarray]]:
        """The weighted parts whose products add up to the similarity."""
        return [(LEXICAL, self.lexical), (LATENT, self.latent)]


def similar(
    documents: Sequence[Document],
    *,
    nearest: int = NEAREST,
    exact: int = EXACT,
    progress: Callable[[int], None] | None = None,
) -> list[list[Neighbour]]:
    """Return for each document its `nearest` others, best first, with the words they share.

    Every pair is compared up to `exact` documents; above, candidates by the latent half. `progress` is told per cent.
    """
    space = fit(documents)
    if space is None:
        return [[] for _document in documents]
    tell = progress or (lambda _percent: None)
    tell(20)
    found: list[list[Neighbour]] = []
    scores = _all_scores(space) if len(documents) <= exact else _candidate_scores(space)
    reasons = _Reasons(space)
    for row, (others, values) in enumerate(scores):
        order = np.argsort(-values, kind="stable")[:nearest]
        best = [(int(others[place]), float(values[place])) for place in order if values[place] > 0]
        found.append([Neighbour(other, round(score, 4), reasons.between(row, other)) for other, score in best])
        if row % BLOCK == 0:
            tell(20 + 80 * row // len(documents))
    return found


def fit(documents: Sequence[Document]) -> Space | None:
    """Return the space of the documents; None where there are fewer than two or they have no words."""
    if len(documents) < 2:  # noqa: PLR2004 - nothing to compare with
        return None
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2),
        min_df=2 if len(documents) >= FEWEST_FOR_RARE else 1,
        sublinear_tf=True,
        stop_words="english",
        dtype=np.float32,
    )
    try:
        full = vectorizer.fit_transform([document.text for document in documents])
    except ValueError:  # no words at all
        return None
    terms = vectorizer.get_feature_names_out()
    return Space(terms, _without_common(full), _latent(full))


def _without_common(full: csr_matrix) -> csr_matrix:
    """Return the matrix without the words that many documents have; all columns stay in their place."""
    frequency = np.bincount(full.indices, minlength=full.shape[1])
    rare = frequency <= max(2, COMMON * full.shape[0])
    kept = full.copy()
    kept.data[~rare[kept.indices]] = 0
    kept.eliminate_zeros()
    return kept


def _latent(full: csr_matrix) -> np.ndarray:
    wanted = MANY_DIMENSIONS if full.shape[0] > MANY else DIMENSIONS
    dimensions = max(1, min(wanted, full.shape[0] - 1, full.shape[1] - 1))
    with np.errstate(divide="ignore", invalid="ignore"):  # of equal documents it divides by their variance, zero
        rows = TruncatedSVD(dimensions, random_state=0).fit_transform(full)
    return normalize(rows).astype(np.float32)


def _blocks(size: int) -> Iterator[slice]:
    for start in range(0, size, BLOCK):
        yield slice(start, min(start + BLOCK, size))


def _all_scores(space: Space) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield for each document the others and their similarity: every one, a block of rows at a time."""
    size = space.lexical.shape[0]
    for block in _blocks(size):
        total = np.zeros((block.stop - block.start, size), dtype=np.float32)
        for weight, rows in space.parts:
            product = rows[block] @ rows.T
            total += weight * (product.toarray() if isinstance(product, csr_matrix) else product)
        for row in range(block.start, block.stop):
            scores = total[row - block.start]
            scores[row] = -1
            best = np.argpartition(-scores, min(CANDIDATES, size - 1))[:CANDIDATES]
            yield best, scores[best]


def _candidate_scores(space: Space) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield for each document the candidates that are near by the latent half, and their exact similarity."""
    for block in _blocks(space.lexical.shape[0]):
        near = space.latent[block] @ space.latent.T
        for row in range(block.start, block.stop):
            near[row - block.start, row] = -2
            others = np.argpartition(-near[row - block.start], CANDIDATES)[:CANDIDATES]
            values = np.zeros(len(others), dtype=np.float32)
            for weight, rows in space.parts:
                product = rows[others] @ rows[row].T
                values += weight * (product.toarray().ravel() if isinstance(product, csr_matrix) else product)
            yield others, values


class _Reasons:
    """Finds the words that contribute most to a pair. Holds one document spread out, since many pairs share it."""

    def __init__(self, space: Space) -> None:
        self.terms = space.terms
        self.rows = space.lexical
        self.weights = np.zeros(len(space.terms), dtype=np.float32)
        self.row = -1

    def between(self, row: int, other: int) -> list[str]:
        """Return up to three words or pairs of words, none of which says what another has said."""
        if row != self.row:
            self._spread(row)
        columns, values = self._of(other)
        shared = self.weights[columns] * values
        chosen: list[str] = []
        said: set[str] = set()
        for place in np.argsort(-shared)[: 4 * REASONS]:
            term = self.terms[columns[place]]
            if shared[place] <= 0 or len(chosen) == REASONS:
                break
            words = {word.removesuffix("s") for word in term.split()}  # "weight" says what "weights" has said
            if said.isdisjoint(words) and not term.replace(" ", "").isdigit():
                chosen.append(term)
                said |= words
        return chosen

    def _spread(self, row: int) -> None:
        if self.row >= 0:
            self.weights[self._of(self.row)[0]] = 0
        columns, values = self._of(row)
        self.weights[columns] = values
        self.row = row

    def _of(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        here = slice(self.rows.indptr[row], self.rows.indptr[row + 1])
        return self.rows.indices[here], self.rows.data[here]
