"""`manage.py up`: the whole of Hatata on this machine."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections

from conference.accounts.models import User
from conference.editions.models import Edition
from conference.organize.demo import people
from conference.stack import supervisor
from conference.stack.output import say
from conference.stack.processes import StackError


class Command(BaseCommand):
    help = "Start Hatata: the servers that DATABASE_URL and REDIS_URL do not name, web, worker and beat."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where the pages are (default: 8000)")

    def handle(self, *_args: Any, port: int, **_options: Any) -> None:
        try:
            supervisor.Supervisor(port=port, prepare=prepare, announce=announce).run()
        except StackError as failure:
            self.stderr.write(str(failure))
            sys.exit(1)


def prepare() -> None:
    """Bring the database up to date; give an empty one something to look at."""
    say("Migrating the database …")
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        where = "of DATABASE_URL" if os.environ.get("DATABASE_URL") else "in var"
        raise StackError(f"The database {where} cannot be used: {error}") from None
    if not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0)
    elif not Edition.objects.exists():
        say("The database is empty: loading the demo conference …")
        call_command("load_demo")
    connections.close_all()


def announce(address: str) -> None:
    """Say where to go and, with the demo loaded, who to be."""
    say(f"\nHatata runs: {address}")
    known = set(User.objects.filter(email__in=people.LOGINS).values_list("email", flat=True))
    connections.close_all()
    if settings.DEBUG and known:
        say(f"Demo accounts, password {people.PASSWORD} ({people.ORGANIZER} sees /admin/):")
        say("  " + "  ".join(email for email in people.LOGINS if email in known))
    say(f"Logs are in {settings.VAR_DIR / 'log'}. Ctrl-C stops everything.\n")
