"""From what a reader types to PostgreSQL's query: words, "a phrase", -without, this OR that; the last word may be begun.

Every word is looked for as it is written and by its stem; accents and case do not matter (migration 0001).
"""

import re
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery

from papers.bigrams import RUN, pairs

LONGEST = 200  # characters that are read
MOST_WORDS = 12
SIMPLE, ENGLISH = "papers_simple", "papers_english"

Query = SearchQuery | CombinedSearchQuery

TOKEN = re.compile(r'(-?)"([^"]*)"?|(\S+)')
PUNCTUATION = re.compile(r"[\x00-\x2f:-@\[-`{-\x7f]+")
# Left out beside other words: people type whole titles, and names such as "An" are found by the words beside them.
SMALL = frozenset(
    (
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "is",
        "of",
        "on",
        "or",
        "the",
        "to",
        "via",
        "we",
        "with",
    )
)


@dataclass
class Asked:
    """What a reader asked for. Each of `groups` has to be met, one of its queries is enough; none of `without`."""

    groups: list[list[Query]] = field(default_factory=list)
    without: list[Query] = field(default_factory=list)
    words: list[str] = field(default_factory=list)  # one for each group of one plain word, else ""

    @property
    def query(self) -> Query | None:
        """All that is wanted as one query; None when there is nothing to look for."""
        return reduce(and_, (reduce(or_, group) for group in self.groups)) if self.groups else None


def parse(text: str) -> Asked:
    """Read a reader's text. Never fails; what has no words asks for nothing."""
    text = text[:LONGEST]
    asked = Asked()
    tokens = list(TOKEN.finditer(text))
    plain = [word for token in tokens if token[3] for word in _words(token[3])]
    only_small = all(word.lower() in SMALL for word in plain)
    joins = False
    for token in tokens[:MOST_WORDS]:
        if token[3] == "OR" and asked.groups:
            joins = True
            continue
        is_last = token.end() == len(text)
        query, word = _phrase(token[2]), ""
        if token[3]:
            query, word = _bare(token[3].removeprefix("-"), is_last=is_last, keep_small=only_small)
        if query is None:
            continue
        if token[1] or (token[3] or "").startswith("-"):
            asked.without.append(query)
        elif joins:
            asked.groups[-1].append(query)
            asked.words[-1] = ""
        else:
            asked.groups.append([query])
            asked.words.append(word)
        joins = False
    return asked


def word_query(word: str, *, is_begun: bool = False) -> Query:
    """Return the query for one word without punctuation; one that `is_begun` may go on."""
    stem = SearchQuery(word, config=ENGLISH)
    if is_begun:
        return SearchQuery(f"'{word}':*", config=SIMPLE, search_type="raw") | stem
    return SearchQuery(word, config=SIMPLE) | stem


def _words(text: str) -> list[str]:
    return [word for word in PUNCTUATION.split(text) if word]


def _bare(token: str, *, is_last: bool, keep_small: bool) -> tuple[Query | None, str]:
    """Return the query for a token outside quotes, and the word that it is, if it is one."""
    words = [word for word in _words(token) if keep_small or is_last or word.lower() not in SMALL]
    queries: list[Query] = []
    for place, word in enumerate(words):
        queries += [_run(run) for run in RUN.findall(word)]
        queries += [
            word_query(rest, is_begun=is_last and place == len(words) - 1) for rest in RUN.sub(" ", word).split()
        ]
    if not queries:
        return None, ""
    return reduce(and_, queries), words[0] if len(queries) == 1 and not RUN.search(token) else ""


def _run(run: str) -> Query:
    """Return the query for characters that are written without spaces: their pairs, one after the other."""
    lexemes = [f"'{pair}'" for pair in pairs(run)]
    return SearchQuery(f"{lexemes[0]}:*" if len(run) == 1 else " <-> ".join(lexemes), config=SIMPLE, search_type="raw")


def _phrase(text: str | None) -> Query | None:
    words = _words(text or "")
    if not words:
        return None
    phrase = " ".join(words)
    return SearchQuery(phrase, config=SIMPLE, search_type="phrase") | SearchQuery(
        phrase, config=ENGLISH, search_type="phrase"
    )
