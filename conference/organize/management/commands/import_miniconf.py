"""Import a conference from the data of a MiniConf site (docs/importing.md)."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from conference.common.refused import Refused
from conference.organize import services
from conference.organize.miniconf import report
from conference.organize.miniconf.read import read


class Command(BaseCommand):
    help = "Import papers, schedule, FAQ and committee from a folder of MiniConf site data; again as often as you like."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what the command takes."""
        parser.add_argument("folder", type=Path, help="the folder with papers.csv, main_calendar.json and so on")
        parser.add_argument("--edition", required=True, help="the edition's slug; one that does not exist is made")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        parser.add_argument("--skip-bad", action="store_true", help="import the rest where rows cannot be")

    def handle(self, *, folder: Path, edition: str, dry_run: bool, skip_bad: bool, **_options: object) -> None:
        """Read, import in one transaction, report."""
        console = Console(file=self.stdout)
        try:
            reading = read(folder)
        except NotADirectoryError as problem:
            raise CommandError(f"{folder} is no folder") from problem
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("importing", total=None)
            try:
                outcome = services.import_miniconf(
                    slug=edition,
                    reading=reading,
                    dry_run=dry_run,
                    skip_bad=skip_bad,
                    tick=lambda total, kind: progress.update(
                        task, total=total, advance=1, description=report.NAMES[kind]
                    ),
                )
            except Refused as no:
                raise CommandError(no.text) from no
        report.show(outcome, console, dry_run=dry_run)
        if not outcome.is_done and not dry_run:
            raise CommandError("Nothing was imported.", returncode=1)
