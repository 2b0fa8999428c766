"""Registrations from a file: `email,name,ticket`, as ticket shops export them."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

COLUMNS = ("email", "name", "ticket")
LONGEST = {"email": 254, "name": 150, "ticket": 60}


@dataclass(frozen=True)
class Row:
    """One good row of the file."""

    number: int
    email: str
    name: str
    ticket: str


@dataclass
class Report:
    """What an import did, or would do: addresses by outcome, and the problems with their rows."""

    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)


def read_csv(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file by column. Commas, semicolons and tabs part columns; the header names them."""
    header = text.lstrip("\ufeff").partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter, restkey="")
    reader.fieldnames = [(name or "").strip().lower() for name in reader.fieldnames or []]
    return [dict(row) for row in reader]


def check(rows: Iterable[Mapping[str, object]], report: Report) -> list[Row]:
    """Return the good rows; problems go into `report` with the number of the row in the file (the header is row 1)."""
    good: dict[str, Row] = {}
    for number, raw in enumerate(rows, start=2):
        if number == 2:  # noqa: PLR2004 - the first after the header
            report.unknown_columns = sorted(name for name in raw if name and name not in COLUMNS)
        values = {name: str(raw.get(name) or "").strip() for name in COLUMNS}
        if not any(values.values()):
            continue
        email = values["email"].lower()
        row = Row(number, email, values["name"] or email.partition("@")[0], values["ticket"])
        if problem := _problem(row, good.get(row.email)):
            report.problems.append((number, problem))
        else:
            good.setdefault(row.email, row)
    return list(good.values())


def _problem(row: Row, earlier: Row | None) -> str:
    if not row.email:
        return _("The address is missing.")
    try:
        validate_email(row.email)
    except ValidationError:
        return _("%(email)s is not an address.") % {"email": row.email}
    for name, longest in LONGEST.items():
        if len(getattr(row, name)) > longest:
            return _("The %(column)s is longer than %(number)d characters.") % {"column": name, "number": longest}
    if "\x00" in row.name + row.ticket:
        return _("The row has a character that is not text.")
    if earlier and earlier.ticket != row.ticket:
        return _("Row %(number)d has the same address with another ticket.") % {"number": earlier.number}
    return ""
