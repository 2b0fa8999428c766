from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from conference.audit import queries


class Command(BaseCommand):
    help = "Check the audit log's chain of hashes. Note the last hash somewhere else, and hand it in the next time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--noted", default="", metavar="HASH", help="a last hash from an earlier check")

    def handle(self, *, noted: str, **_options: object) -> None:
        """Print how many entries hold; fail at the first that does not, or where the noted hash is gone."""
        verdict = queries.verify(noted)
        if verdict.broken is not None:
            raise CommandError(f"Entry {verdict.broken} was changed, or one before it removed.")
        if not verdict.has_noted:
            raise CommandError("The noted hash is not in the log: entries were removed.")
        self.stdout.write(f"{verdict.checked} entries hold. Last hash: {verdict.last_hash or 'none'}")
