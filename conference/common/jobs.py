"""Celery tasks by name: services may not import `tasks.py`, and a broker that is away must not fail a write."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def enqueue(name: str, *args: object) -> bool:
    """Queue the task `name` ("papers.rebuild") with `args` (primary keys). Return False while the broker is away.

    Nobody needs the answer for correctness: every row whose effect is outstanding is found by its sweep.
    """
    try:
        current_app.send_task(name, args=args, retry=False)
    except OperationalError:
        log.warning("The broker is away; the sweep will find the work of %s.", name)
        return False
    return True


def enqueue_on_commit(name: str, *args: object) -> None:
    """Queue the task `name` once the running transaction is committed."""
    transaction.on_commit(lambda: enqueue(name, *args), robust=True)
