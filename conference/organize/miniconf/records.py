"""What all steps of an import hand to each other: records, as plain JSON values, and problems with their place."""

from dataclasses import dataclass, field
from typing import Any

# In the order in which they have to be written: each may name the keys of those before it.
KINDS = (
    "edition",
    "theme",
    "paper",
    "speaker",
    "session",
    "part",
    "highlights",
    "faq_section",
    "faq_entry",
    "committee",
)


@dataclass(frozen=True)
class Problem:
    """Something about the files that a person should know. `is_bad`: a row cannot be imported because of it."""

    file: str
    row: int | None
    text: str
    is_bad: bool = False


@dataclass(frozen=True)
class Record:
    """One thing that the files describe: `values` hold only what JSON does, others by their keys."""

    kind: str
    key: str
    values: dict[str, Any]
    file: str
    row: int | None = None


@dataclass
class Reading:
    """What was read: records by kind and key, and every problem."""

    records: dict[str, dict[str, Record]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    problems: list[Problem] = field(default_factory=list)
    paper_sessions: list[tuple[int, str, str]] = field(default_factory=list)  # (line, session, paper) of papers.csv

    def add(self, record: Record) -> bool:
        """Take a record; the first of a key wins and the second is bad. Return whether it was taken."""
        there = self.records[record.kind].get(record.key)
        if there is not None:
            self.bad(record.file, record.row, f"{record.key} comes twice; it stands in {there.file} already")
            return False
        self.records[record.kind][record.key] = record
        return True

    def free_key(self, kind: str, key: str) -> str:
        """Return `key`, or the first of `key-2`, `key-3` … that no record of the kind has."""
        count = 1
        found = key
        while found in self.records[kind]:
            count += 1
            found = f"{key}-{count}"
        return found

    def note(self, file: str, row: int | None, text: str) -> None:
        """Report something that costs nothing."""
        self.problems.append(Problem(file, row, text))

    def bad(self, file: str, row: int | None, text: str) -> None:
        """Report a row that cannot be imported."""
        self.problems.append(Problem(file, row, text, is_bad=True))

    def of(self, kind: str) -> dict[str, Record]:
        """Return the records of a kind by key."""
        return self.records[kind]
