"""Text as it stands in such files: HTML in descriptions, ligatures from PDFs, stars behind names, lists in one cell."""

import re
import unicodedata
from html.parser import HTMLParser

from django.utils.text import slugify

LIGATURES = {ord(char): unicodedata.normalize("NFKC", char) for char in "ﬀﬁﬂﬃﬄﬅﬆ"}
MARKS = " *†‡§¶"  # behind the names of authors: equal contribution, corresponding author
BLOCKS = {"br", "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "table", "tr"}
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def clean(value: object) -> str:
    """Return a cell as text, without NULs, ligatures and space around it; nothing becomes the empty string."""
    text = "" if value is None else str(value)
    return text.replace("\x00", "").replace("\r\n", "\n").translate(LIGATURES).strip()


def line(value: object) -> str:
    """Return a cell as one line, without tags: for titles and names."""
    return " ".join(markdown(value).split())


def markdown(value: object) -> str:
    """Return text that may hold HTML as Markdown: links stay links, other tags go; `<` in a formula is no tag."""
    text = clean(value)
    if not TAG.search(text) and "&" not in text:
        return text
    parser = _Plain()
    parser.feed(text)
    parser.close()
    return re.sub(r"\n{3,}", "\n\n", parser.text()).strip()


def split_list(value: object) -> list[str]:
    """Return the entries of a cell that separates them by `|`, without empty ones."""
    return [entry for entry in (line(part) for part in clean(value).split("|")) if entry]


def author(name: str) -> str:
    """Return an author's name without the marks behind it."""
    return name.rstrip(MARKS)


def names(value: object) -> str:
    """Return names as one line: a list joined by commas, dots in the middle as commas."""
    if isinstance(value, list):
        return ", ".join(line(entry) for entry in value)
    return re.sub(r"\s*·\s*", ", ", line(value))


def key(value: object, *, limit: int = 50) -> str:
    """Return a name in the form of a key: letters, digits and hyphens."""
    return slugify(line(value))[:limit].strip("-") or "x"


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.link = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n")
        href = dict(attributes).get("href") or ""
        if tag == "a" and href.startswith(("http://", "https://", "mailto:")):
            self.link = href
            self.parts.append("[")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.link:
            self.parts.append(f"]({self.link})")
            self.link = ""
        elif tag in BLOCKS - {"br", "li"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def text(self) -> str:
        return "".join(self.parts)
