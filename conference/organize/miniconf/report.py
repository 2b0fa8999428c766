"""What an import did, for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from conference.organize.miniconf.records import KINDS, Problem

if TYPE_CHECKING:
    from rich.console import Console

    from conference.organize.services import Outcome

NAMES = {
    "edition": "edition",
    "theme": "themes",
    "paper": "papers",
    "speaker": "speakers",
    "session": "sessions",
    "part": "parts of sessions",
    "highlights": "set of highlights",
    "faq_section": "FAQ sections",
    "faq_entry": "FAQ entries",
    "committee": "committee members",
}


def show(outcome: Outcome, console: Console, *, dry_run: bool) -> None:
    """Print the table of what was made, changed and left, then every problem with its file and row."""
    console.print(_table(outcome))
    for record in outcome.removed_here:
        _line(console, record.file, record.row, f"{record.kind} {record.key} was removed here by hand and stays away")
    for kind, key in outcome.gone_from_files:
        console.print(f"[yellow]The files no longer name {kind} {key}; it stays.[/]", highlight=False)
    for problem in sorted(outcome.problems, key=lambda problem: problem.is_bad):
        _problem(console, problem)
    console.print(_sum(outcome, dry_run=dry_run))


def _table(outcome: Outcome) -> Table:
    table = Table(title=f"Import into {outcome.edition}")
    table.add_column("")
    for column in ("made", "changed", "left"):
        table.add_column(column, justify="right")
    for kind in KINDS:
        counts = (outcome.made[kind], outcome.changed[kind], outcome.left[kind])
        if any(counts):
            table.add_row(NAMES[kind], *(str(count) for count in counts))
    return table


def _problem(console: Console, problem: Problem) -> None:
    _line(console, problem.file, problem.row, problem.text, colour="red" if problem.is_bad else "yellow")


def _line(console: Console, file: str, row: int | None, text: str, *, colour: str = "yellow") -> None:
    place = f"{file}:{row}" if row else file
    console.print(f"[{colour}]{place}[/]", text, highlight=False, markup=True, soft_wrap=True)


def _sum(outcome: Outcome, *, dry_run: bool) -> str:
    made = "It would be made new: " if dry_run or not outcome.is_done else "It was made new: "
    edition = f"{made}its days are those of the programme, its zone is UTC. " if outcome.is_new_edition else ""
    if outcome.is_done:
        skipped = f" {len(outcome.bad)} rows in red were left out." if outcome.bad else ""
        return f"[green]Imported.[/] {edition}{skipped}"
    if dry_run:
        return f"[green]Tried only; nothing was written.[/] {edition}"
    return (
        f"[red]Nothing was written:[/] {len(outcome.bad)} rows in red cannot be imported. --skip-bad imports the rest."
    )
