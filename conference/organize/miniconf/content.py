"""Papers and what is not in the schedule: themes, highlights, questions and answers, committee, the edition itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conference.organize.miniconf import text, times
from conference.organize.miniconf.records import Reading, Record

if TYPE_CHECKING:
    import datetime as dt

    from conference.organize.miniconf.read import Folder

PAPER_COLUMNS = {
    "UID": True,
    "title": True,
    "authors": False,
    "abstract": False,
    "keywords": False,
    "sessions": False,
    "track": False,
    "paper_type": False,
    "pdf_url": False,
    "demo_url": False,
    "code_url": False,
    "forum": False,
    "emails": False,  # known, and never imported: addresses are people's own
}
WORKSHOP_PAPERS = re.compile(r"^w\d+_papers\.csv$")


def read_edition(folder: Folder, reading: Reading) -> None:
    """Read the conference's name and line; the dates come from the sessions."""
    config = folder.data("config.yml")
    if isinstance(config, dict):
        values = {"name": text.line(config.get("name")), "tagline": text.line(config.get("tagline"))[:200]}
        reading.add(
            Record("edition", "edition", {name: value for name, value in values.items() if value}, "config.yml")
        )


def read_papers(folder: Folder, reading: Reading) -> None:
    """Read papers.csv and every `<track>_papers.csv` that is not a workshop's."""
    for name in folder.names("papers.csv") + folder.names("*_papers.csv"):
        if WORKSHOP_PAPERS.match(name):
            continue
        for row, cells in folder.rows(name, PAPER_COLUMNS):
            if reading.add(Record("paper", cells["UID"], _paper(cells), name, row)):
                sessions = text.split_list(cells["sessions"])
                reading.paper_sessions += [(row, session, cells["UID"]) for session in sessions]


def _paper(cells: dict[str, str]) -> dict[str, Any]:
    return {
        "title": text.line(cells["title"]),
        "abstract": cells["abstract"],  # not as HTML: `<` is a sign of mathematics there
        "track": text.line(cells["track"]),
        "kind": text.line(cells["paper_type"]),
        "pdf_url": _address(cells["pdf_url"]),
        "code_url": _address(cells["code_url"]),
        "demo_url": _address(cells["demo_url"]),
        "forum_url": _address(cells["forum"]),
        "authors": [text.author(name) for name in text.split_list(cells["authors"])],
        "keywords": text.split_list(cells["keywords"]),
        "theme": None,
    }


def _address(value: str) -> str:
    return value if value.startswith(("http://", "https://")) else ""


def read_highlights(folder: Folder, reading: Reading) -> None:
    """Read the daily sets under their themes (oral_themes.csv) and what is highlighted always (highlighted.csv)."""
    lines: dict[tuple[str, str | None, str | None], int] = {}
    days = conference_days(reading)
    for row, cells in folder.rows("oral_themes.csv", {"day": True, "theme": True, "paper": True}):
        if not _known_paper(reading, "oral_themes.csv", row, cells["paper"]):
            continue
        try:
            day = times.weekdays(cells["day"], days)[0].isoformat()
        except ValueError as problem:
            reading.bad("oral_themes.csv", row, str(problem))
            continue
        theme = _theme(reading, cells["theme"], row)
        if (cells["paper"], day, theme) in lines:
            reading.note("oral_themes.csv", row, f"{cells['paper']} stands in this theme already")
        lines.setdefault((cells["paper"], day, theme), len(lines))
        paper = reading.of("paper")[cells["paper"]]
        paper.values["theme"] = paper.values["theme"] or theme
    for row, cells in folder.rows("highlighted.csv", {"UID": True, "session": False}):
        if _known_paper(reading, "highlighted.csv", row, cells["UID"]):
            lines.setdefault((cells["UID"], None, None), len(lines))
    if lines:
        values = [[*line, position] for line, position in lines.items()]
        reading.add(Record("highlights", "all", {"lines": values}, "oral_themes.csv"))


def conference_days(reading: Reading) -> list[dt.date]:
    """Return the dates of the programme's sessions, in order."""
    starts = [record.values["starts_at"] for record in reading.of("session").values()]
    return sorted({times.moment(start).date() for start in starts if start})


def _theme(reading: Reading, name: str, row: int) -> str:
    slug = text.key(name)
    if slug not in reading.of("theme"):
        values = {"name": text.line(name)[:120], "position": len(reading.of("theme"))}
        reading.add(Record("theme", slug, values, "oral_themes.csv", row))
    return slug


def _known_paper(reading: Reading, file: str, row: int, key: str) -> bool:
    if key in reading.of("paper"):
        return True
    reading.bad(file, row, f"there is no paper {key}")
    return False


def read_faq(folder: Folder, reading: Reading) -> None:
    """Read the questions and answers by section."""
    for number, section in folder.entries("faq.yml", within="FAQ"):
        title = text.line(section.get("Section"))[:120] or "FAQ"
        key = text.key(title)
        reading.add(Record("faq_section", key, {"title": title, "position": number}, "faq.yml", number))
        pairs = section.get("QA")
        for position, pair in enumerate(pairs if isinstance(pairs, list) else [], start=1):
            question = text.line(pair.get("Question"))[:300] if isinstance(pair, dict) else ""
            if not question or not text.clean(pair.get("Answer")):
                reading.bad("faq.yml", number, f"question {position} of {title} has no question or no answer")
                continue
            values = {
                "section": key,
                "question": question,
                "answer": text.markdown(pair["Answer"]),
                "position": position,
            }
            reading.add(Record("faq_entry", f"{key}/{text.key(question, limit=200)}", values, "faq.yml", number))


def read_committee(folder: Folder, reading: Reading) -> None:
    """Read the committee in its order; people's pictures and accounts elsewhere are left alone."""
    for number, entry in folder.entries("committee.yml", within="committee"):
        name, role = text.line(entry.get("name"))[:150], text.line(entry.get("role"))[:120]
        if not name or not role:
            reading.bad("committee.yml", number, "has no name or no role")
            continue
        values = {"name": name, "role": role, "affiliation": text.line(entry.get("aff"))[:200], "position": number}
        reading.add(Record("committee", f"{text.key(role)}/{text.key(name)}", values, "committee.yml", number))
