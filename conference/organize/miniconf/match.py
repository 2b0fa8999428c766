"""Names of the same thing that differ from file to file."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping

from conference.organize.miniconf.times import WEEKDAYS

POSTER_CODE = re.compile(r"\bP(\d+)S(\d+)\b")
POSTER_NAME = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?\s+session\s+(\d+)$", re.IGNORECASE)
PAPER_SESSION = re.compile(r"^(?:(?:QA|Q&A|Demo)\s+)?Session\s+(\S+)$", re.IGNORECASE)
CLOSE = 0.84  # as difflib counts; "Kaebling" and "Kaelbling" have 0.94


def plain(name: str) -> str:
    """Return a name for comparison: lower case, without accents, punctuation, titles and "live Q&A"."""
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    text = re.sub(r"^\s*(live\s+)?q\s*&?\s*a\s*:|^[tw]\d+\s*:", " ", text)
    text = re.sub(r"\b(prof|profs|dr)\b\.?", " ", text)
    words = re.findall(r"[a-z0-9]+", text)
    if "and" in words or "/" in text:  # of two people, in any order
        words = sorted(word for word in words if word != "and")
    return " ".join(words)


def poster_code(name: str, weekday_of_day: Mapping[int, int]) -> str:
    """Return "P1S1" for "P1S1", "Poster Day 1 Session 1 (P1S1)" and "Mon Session 1"; else the empty string.

    `weekday_of_day` tells the weekday (0 is Monday) of each day by its number.
    """
    if found := POSTER_CODE.search(name):
        return f"P{found[1]}S{found[2]}"
    found = POSTER_NAME.match(name.strip())
    if not found:
        return ""
    weekday = WEEKDAYS.index(found[1].lower())
    days = [day for day, that in weekday_of_day.items() if that == weekday]
    return f"P{min(days)}S{found[2]}" if days else ""


def paper_session_code(title: str) -> str:
    """Return "1A" for "QA Session 1A", "D1A-1" for "Demo Session 1A-1"; else the empty string."""
    found = PAPER_SESSION.match(title.strip())
    if not found:
        return ""
    return f"D{found[1]}" if title.lower().startswith("demo") else found[1]


def closest(name: str, names: Iterable[str]) -> tuple[str | None, bool]:
    """Return the one of `names` that means the same, and whether it is spelled the same; None where none is close."""
    candidates = {plain(other): other for other in names}
    wanted = plain(name)
    if wanted in candidates:
        return candidates[wanted], True
    near = difflib.get_close_matches(wanted, candidates, n=1, cutoff=CLOSE)
    return (candidates[near[0]], False) if near else (None, False)
