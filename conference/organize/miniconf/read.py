"""Files → records. Reads whatever of the known files a folder has; a fault costs a row and is told, never the import."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from conference.organize.miniconf import content, programme
from conference.organize.miniconf.records import Reading
from conference.organize.miniconf.text import clean

# Read by nothing here, on purpose: the site makes its own, or the part that needs them is not built yet.
SET_ASIDE = {
    "papers_projection.json": "the map is computed",
    "paper_recs.json": "similar papers are computed",
    "sponsors.csv": "sponsors are not imported yet",
    "code_of_conduct.yml": "free pages are not imported yet",
}
VIDEO_LISTS = "_slideslive_ids.csv"
SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Reader = Callable[["Folder", Reading], None]


class Folder:
    """The files of one conference. Remembers what was asked for, so that the rest can be named."""

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path = path
        self.reading = reading
        self.used: set[str] = set()

    def names(self, pattern: str) -> list[str]:
        """Return the names of the files that match, in order."""
        return sorted(path.name for path in self.path.glob(pattern) if path.is_file())

    def rows(self, name: str, columns: Mapping[str, bool]) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield (line, cells) of a CSV file; of `columns` those that are True must be there and not empty.

        Cells are cleaned, missing ones empty. Unknown columns are named once; blank and broken rows are told.
        """
        if not self._open(name):
            return
        try:
            with (self.path / name).open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file, restkey="", restval="")
                if not self._columns_fit(name, reader.fieldnames or [], columns):
                    return
                yield from self._good_rows(name, reader, columns)
        except (UnicodeDecodeError, csv.Error) as problem:
            self.reading.bad(name, None, f"cannot be read: {problem}")

    def data(self, name: str) -> object:
        """Return what a YAML or JSON file holds; None where it is not there or cannot be read."""
        if not self._open(name):
            return None
        try:
            text = (self.path / name).read_text(encoding="utf-8-sig")
            return json.loads(text) if name.endswith(".json") else yaml.load(text, Loader=SafeLoader)  # noqa: S506 - safe, and ten times as fast where C is there
        except (ValueError, yaml.YAMLError) as problem:
            self.reading.bad(name, None, f"cannot be read: {' '.join(str(problem).split())}")
            return None

    def entries(self, name: str, *, within: str = "") -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield (number, entry) of a list in a YAML or JSON file, or of its list `within`; others than mappings are bad."""
        data = self.data(name)
        if isinstance(data, dict) and within:
            data = data.get(within)
        if data is None:
            return
        if not isinstance(data, list):
            self.reading.bad(name, None, "should hold a list")
            return
        for number, entry in enumerate(data, start=1):
            if isinstance(entry, dict):
                yield number, entry
            else:
                self.reading.bad(name, number, "should be an entry with fields")

    def _open(self, name: str) -> bool:
        self.used.add(name)
        return (self.path / name).is_file()

    def _columns_fit(self, name: str, there: list[str], columns: Mapping[str, bool]) -> bool:
        if unknown := [column for column in there if column not in columns]:
            self.reading.note(name, None, f"unknown columns, left alone: {', '.join(unknown)}")
        if missing := [column for column, needed in columns.items() if needed and column not in there]:
            self.reading.bad(name, None, f"has no column {', '.join(missing)}")
        return not missing

    def _good_rows(
        self, name: str, reader: csv.DictReader, columns: Mapping[str, bool]
    ) -> Iterator[tuple[int, dict[str, str]]]:
        for row in reader:
            number = reader.line_num
            surplus = row.pop("", None)
            cells = {column: clean(row.get(column)) for column in columns}
            if not any(cells.values()):
                self.reading.note(name, number, "a blank row")
            elif all(cell == column for column, cell in cells.items() if cell):
                self.reading.note(name, number, "the header once more")
            elif surplus:
                self.reading.bad(name, number, "has more cells than columns")
            elif empty := [column for column, needed in columns.items() if needed and not cells[column]]:
                self.reading.bad(name, number, f"has no {', '.join(empty)}")
            else:
                yield number, cells


READERS: tuple[Reader, ...] = (
    content.read_edition,
    content.read_papers,
    programme.read_programme,
    content.read_highlights,
    content.read_faq,
    content.read_committee,
)


def read(path: Path) -> Reading:
    """Return what the files in `path` describe, with every problem. Raises `NotADirectoryError`."""
    if not path.is_dir():
        raise NotADirectoryError(path)
    reading = Reading()
    folder = Folder(path, reading)
    for reader in READERS:
        reader(folder, reading)
    for name in folder.names("*"):
        if name not in folder.used:
            why = SET_ASIDE.get(name) or ("videos come later" if name.endswith(VIDEO_LISTS) else "not a file we know")
            reading.note(name, None, f"left alone: {why}")
    return reading
