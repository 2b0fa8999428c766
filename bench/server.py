"""A server of its own to measure: as in production without DEBUG, and on another core than the one who asks."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.test import Client

from conference.accounts.models import User
from conference.stack.parts import web_command
from conference.stack.processes import spawn, stop

TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """A running server: where it is and which process."""

    port: int
    pid: int

    @property
    def host(self) -> str:
        """Return host and port."""
        return f"127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """Return the processor time that it has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """Start the server on this process's database, wait until it is ready, and stop it in the end."""
    port = _free_port()
    env = {
        **os.environ,
        "DEBUG": "0",
        "SECRET_KEY": settings.SECRET_KEY,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "EMAIL_URL": "dummymail://",
        "DEFAULT_FROM_EMAIL": "bench@example.org",
    }
    server_core, own_cores = _cores()
    manage = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(manage, env=env, check=True, cwd=settings.BASE_DIR)  # noqa: S603 - our own command
    with tempfile.TemporaryFile() as log:
        process = spawn([sys.executable, "-m", *web_command(port)], env=env, output=log, death_signal=signal.SIGKILL)
        try:
            os.sched_setaffinity(process.pid, server_core)
            os.sched_setaffinity(0, own_cores)
            _wait(process, port, log)
            yield Server(port=port, pid=process.pid)
        finally:
            os.sched_setaffinity(0, server_core | own_cores)
            stop(process, politely=signal.SIGTERM, seconds=10)


def cookie_of(user: User) -> str:
    """Log `user` in and return the header that says so."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _cores() -> tuple[set[int], set[int]]:
    """Return the server's core and ours: the same where there is only one."""
    all_of_them = sorted(os.sched_getaffinity(0))
    return {all_of_them[0]}, set(all_of_them[1:]) or set(all_of_them)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(process: subprocess.Popen[bytes], port: int, log: BinaryIO) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    log.seek(0)
    raise SystemExit(f"The server did not start:\n{log.read().decode()}")
