from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from conference.editions.models import Edition
from papers import services


class Command(BaseCommand):
    help = "Compute the similar papers of an edition, here and now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--edition", required=True, metavar="SLUG")

    def handle(self, *, edition: str, **_options: object) -> None:
        found = Edition.objects.filter(slug=edition).first()
        if found is None:
            slugs = ", ".join(Edition.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no edition {edition}. There are: {slugs}.")
        rebuild = services.rebuild_now(edition=found)
        if rebuild.started_at and rebuild.finished_at:
            seconds = (rebuild.finished_at - rebuild.started_at).total_seconds()
            self.stdout.write(f"{rebuild.papers} papers compared in {seconds:.1f} s.")
        else:
            self.stdout.write("Another run is at it: it takes in what has changed once it is due.")
