"""Spreadsheet files that run nothing: a cell that a spreadsheet would take for a formula is exported as text."""

from import_export.formats.base_formats import CSV, XLSX
from tablib import Dataset

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def escape(cell: object) -> str:
    """Return the cell as text, with an apostrophe before what a spreadsheet would compute."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def unescape(cell: object) -> object:
    """Undo `escape`, so that an exported file can be imported again."""
    if isinstance(cell, str) and cell.startswith("'") and cell[1:].startswith(FORMULA):
        return cell[1:]
    return cell


def _each(dataset: Dataset, change: object) -> Dataset:
    return Dataset(*[[change(cell) for cell in row] for row in dataset], headers=dataset.headers, title=dataset.title)


class _Safe:
    def export_data(self, dataset: Dataset, **kwargs: object) -> object:
        """Export with every cell escaped."""
        return super().export_data(_each(dataset, escape), **kwargs)

    def create_dataset(self, in_stream: object, **kwargs: object) -> Dataset:
        """Read a file, with what `escape` added taken away."""
        return _each(super().create_dataset(in_stream, **kwargs), unescape)


class SafeCSV(_Safe, CSV):
    """CSV for export and import."""


class SafeXLSX(_Safe, XLSX):
    """XLSX for export and import."""
