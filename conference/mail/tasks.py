import time

from celery import shared_task
from django.core.mail import get_connection

from conference.mail import queries, services

SECONDS = 25  # a sweep ends before the next one begins
MAILS = 2_000


@shared_task(name="mail.send")
def send(pk: int) -> None:
    """Send one mail."""
    services.deliver(pk=pk)


@shared_task(name="mail.sweep")
def sweep() -> None:
    """Send what is due and was not sent: the broker was away, a worker died, the server refused, or it was for later."""
    until = time.monotonic() + SECONDS
    connection = get_connection()
    try:
        for pk in queries.due(MAILS):
            services.deliver(pk=pk, connection=connection)
            if time.monotonic() > until:
                break
    finally:
        connection.close()
