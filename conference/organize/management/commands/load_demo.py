"""`manage.py load_demo`: an invented conference that is running now, to try things out."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from conference.editions.models import Edition
from conference.organize.demo import load, people


class Command(BaseCommand):
    help = "Load the demonstration edition: invented papers, people and talks, around today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--i-know",
            action="store_true",
            help="load it without DEBUG too: it makes an administrator whose password everybody knows",
        )

    def handle(self, *_args: Any, i_know: bool, **_options: Any) -> None:
        if not (settings.DEBUG or i_know):
            raise CommandError(
                "The demo makes an administrator whose password everybody knows, so it is refused without DEBUG. "
                "Say --i-know if this site is nobody's."
            )
        slug = load.slug_of_today()
        if there := Edition.objects.filter(slug=slug).first():
            self.stdout.write(f"There is an edition {slug} already ({there}). Nothing was changed.")
            return
        edition = load.load()
        amounts = ", ".join(f"{number} {what}" for what, number in load.summary(edition).items())
        self.stdout.write(f"{edition} is loaded: {amounts}.")
        self.stdout.write(f"Accounts, password {people.PASSWORD}: {', '.join(people.LOGINS)}.")
