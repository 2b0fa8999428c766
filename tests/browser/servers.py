"""Real servers for browser tests, on the test's own database and Redis: web, and the Celery worker where one is asked for."""

import contextlib
import os
import signal
import socket
import sys
import time
import urllib.request
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.db import connection

from conference.stack import parts
from conference.stack.processes import spawn, stop


def environment(var, address):
    """Ours, leading to the database that pytest-django made for this process."""
    url = urlsplit(os.environ["DATABASE_URL"])
    return {
        **os.environ,
        "DATABASE_URL": f"{url.scheme}://{url.netloc}/{connection.settings_dict['NAME']}?{url.query}",
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "SITE_URL": address,
        "HATATA_VAR": os.fspath(var),
        "DEBUG": "1",
    }


def free_address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@contextlib.contextmanager
def running(command, *, env, log, is_ready):
    """Run `python -m command` until the block ends; enters it when `is_ready()`."""
    with log.open("wb") as output:
        process = spawn([sys.executable, "-m", *command], env=env, output=output, death_signal=signal.SIGKILL)
    try:
        deadline = time.monotonic() + 60
        while not is_ready():
            assert process.poll() is None, f"{command[0]} ended:\n{log.read_text()}"
            assert time.monotonic() < deadline, f"{command[0]} does not answer:\n{log.read_text()}"
            time.sleep(0.05)
        yield
    finally:
        stop(process, politely=signal.SIGTERM, seconds=10)


def answers(address):
    """Tell whether the web server is up."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as response:  # noqa: S310 - our own address
            return response.status == 200
    except OSError:
        return False


def web_command(address):
    return parts.web_command(urlsplit(address).port)


def worker_command():
    """The worker as `manage.py up` runs it, but in one process: a test needs no second."""
    return [*parts.worker_command(), "--pool", "solo"]


def worker_answers():
    """Tell whether a Celery worker listens to our queues."""
    return bool(current_app.control.ping(timeout=0.5))
