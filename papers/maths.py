r"""Which parts of an author's plain text are maths, and which are LaTeX's own emphasis. Nothing here makes HTML.

Abstracts come from LaTeX: `$\ell_2$`, `\(x\)`, `\emph{…}`, `\%`; and from elsewhere: "between $5 and $10".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """A part of a text: `kind` is text, maths, display (maths on a line of its own), em, strong, code or link."""

    kind: str
    text: str


MATHS = re.compile(
    r"""
    \$\$(?P<display>[^$]+)\$\$ | \\\[(?P<bracket>.+?)\\\]
    | \\\((?P<paren>.+?)\\\)
    | (?<!\\)\$(?P<inline>(?=\S)(?:\\.|[^$\\])+?(?<=\S))(?<!\\)\$
    """,
    re.VERBOSE | re.DOTALL,
)
BRACES = r"\{(?P<%s>(?:[^{}]|\{[^{}]*\})*)\}"
WORDS = re.compile(
    r"\\(?:emph|textit|textsl)" + BRACES % "em"
    + r"|\{\\(?:em|it|sl)\s(?P<old_em>[^{}]*)\}"
    + r"|\\textbf" + BRACES % "strong"
    + r"|\{\\bf\s(?P<old_strong>[^{}]*)\}"
    + r"|\\texttt" + BRACES % "code"
    + r"|\\url\{(?P<link>[^{}\s]*)\}"
    + r"|\\(?P<character>[%&$#_])"
)  # fmt: skip
KINDS = {"old_em": "em", "old_strong": "strong", "character": "text"}
PROSE = re.compile(r"(?:^|\s)[A-Za-z]{3,}\s+[A-Za-z]{2,}")


def pieces(text: str) -> list[Piece]:
    """Return `text` in its parts. Joined without their marks they are what the author wrote."""
    found: list[Piece] = []
    end = 0
    start = 0
    while match := MATHS.search(text, start):
        if match["inline"] and _is_money(match, text):
            start = match.start() + 1
            continue
        found += _words(text[end : match.start()])
        kind = "display" if match["display"] or match["bracket"] else "maths"
        found.append(Piece(kind, next(group for group in match.groups() if group)))
        start = end = match.end()
    return [*found, *_words(text[end:])]


def _is_money(match: re.Match[str], text: str) -> bool:
    """Tell whether two dollar signs enclose no maths: "$5-$10", "costs $5 but in total US$"."""
    inner = match["inline"]
    if inner[0].isdigit() and text[match.end() : match.end() + 1].isdigit():
        return True
    return "\\" not in inner and bool(PROSE.search(inner))


def _words(text: str) -> Iterator[Piece]:
    end = 0
    for match in WORDS.finditer(text):
        if match.start() > end:
            yield Piece("text", text[end : match.start()])
        name = str(match.lastgroup)
        yield Piece(KINDS.get(name, name), match[name])
        end = match.end()
    if end < len(text):
        yield Piece("text", text[end:])
