from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from conference.editions.models import Edition
from conference.people import services
from conference.people.imports import Report, read_csv


class Command(BaseCommand):
    help = "Register the people of a CSV file (email,name,ticket). New people get an invitation by mail. Repeatable."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--edition", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *, file: Path, edition: str, dry_run: bool, **_options: object) -> None:
        """Import, print what came of it, and fail where a row is wrong: then nothing was imported."""
        try:
            rows = read_csv(file.read_text(encoding="utf-8-sig"))
            found = Edition.objects.get(slug=edition)
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(f"{file} cannot be read: {problem}") from problem
        except Edition.DoesNotExist as problem:
            raise CommandError(f"There is no edition {edition!r}.") from problem
        report = services.import_registrations(edition=found, rows=rows, dry_run=dry_run, actor=None)
        self._print(report, file, dry_run=dry_run)
        if report.problems:
            raise CommandError("Nothing was imported. Correct these rows and try again.")

    def _print(self, report: Report, file: Path, *, dry_run: bool) -> None:
        if report.unknown_columns:
            self.stdout.write(f"Columns not used: {', '.join(report.unknown_columns)}")
        for number, problem in report.problems:
            self.stderr.write(f"{file}, row {number}: {problem}")
        counts = f"{len(report.made)} made, {len(report.changed)} changed, {len(report.left)} left"
        self.stdout.write(f"Dry run: {counts}" if dry_run else counts)
