"""A conference of any size in MiniConf's form, for machines without real data. The same each time."""

import csv
import datetime as dt
import random
from collections.abc import Iterable
from pathlib import Path

from conference.organize.demo import words

HOURS = (5, 8, 12, 17, 20)
DAYS = 5
FIRST = dt.date(2026, 4, 27)


def write(folder: Path, *, papers: int) -> None:
    """Write papers, poster sessions (two for each paper) and their times into `folder`."""
    chance = random.Random(1)  # noqa: S311 - the same each time, not a secret
    keys = [f"gen{number:05}" for number in range(papers)]
    _write(folder / "papers.csv", "UID title authors abstract keywords sessions", _papers(keys, chance))
    _write(folder / "poster_sessions.csv", "session paper", _places(keys))
    _write(folder / "schedule.csv", "day start_utc end_utc type name", _times())


def _papers(keys: list[str], chance: random.Random) -> Iterable[tuple[str, ...]]:
    """Mix the sentences of the demo's abstracts within a theme, so that papers of a theme share words."""
    people = _people(chance)
    themes = [
        (
            [sentence for paper in theme["papers"] for sentence in paper["abstract"].split(". ")],
            [word for paper in theme["papers"] for word in paper["title"].replace("–", "").split()],
            sorted({keyword for paper in theme["papers"] for keyword in paper["keywords"]}),
        )
        for theme in words.themes()
    ]
    for number, key in enumerate(keys):
        sentences, title, keywords = themes[number % len(themes)]
        yield (
            key,
            " ".join(chance.sample(title, 7)) + f" {number}",
            "|".join(chance.sample(people, chance.randint(1, 6))),
            ". ".join(chance.sample(sentences, 8)),
            "|".join(chance.sample(keywords, 4)),
            "",
        )


def _people(chance: random.Random) -> list[str]:
    """Return about as many names as a conference of this size has authors: given and family names of the demo, mixed."""
    names = [name.split(" ", 1) for name in words.read("people") if " " in name]
    mixed = [f"{given} {family}" for given, _family in names for _given, family in names]
    return chance.sample(mixed, 3_000)


def _places(keys: list[str]) -> Iterable[tuple[str, str]]:
    for number, key in enumerate(keys):
        for place in (number, number + 7):
            yield f"P{place // len(HOURS) % DAYS + 1}S{place % len(HOURS) + 1}", key


def _times() -> Iterable[tuple[str, ...]]:
    for day in range(DAYS):
        for place, hour in enumerate(HOURS, start=1):
            date = (FIRST + dt.timedelta(days=day)).isoformat()
            times = (f"{dt.time(at):%-I:%M %p}" for at in (hour, hour + 2))
            yield date, *times, "poster", f"P{day + 1}S{place}"


def _write(path: Path, columns: str, rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns.split())
        writer.writerows(rows)
