"""The parts that `manage.py up` starts beside the two servers: web, worker and beat."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from conference.stack import output
from conference.stack.processes import Service, kill_group, spawn

APPLICATION = "conference.asgi:application"
QUEUES = "urgent,mail,media,batch,celery"
# A frame of a client may have 64 KB; compression would cost twice as much as everything else done with a frame.
SOCKETS = ["--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--ws-max-size", "65536"]


class Part(Service):
    """A Python program of ours that runs until it is stopped."""

    def __init__(self, name: str, command: list[str], *, env: dict[str, str], cwd: Path, logs: Path) -> None:
        super().__init__(name=name, log=logs / f"{name}.log")
        self.command, self.env, self.cwd = command, env, cwd
        self._output: threading.Thread | None = None

    def start(self) -> None:
        # Killed with its parent: nobody is left to read what it prints, and the data is safe in PostgreSQL.
        self.process = spawn(
            [sys.executable, "-m", *self.command],
            env=self.env,
            cwd=self.cwd,
            death_signal=signal.SIGKILL,
            output=subprocess.PIPE,
        )
        if self.process.stdout:
            self._output = output.follow(self.process.stdout, part=self.name, log=self.log)

    def ask_to_stop(self) -> None:
        if self.process and self.status() is None:
            self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        if self.process is not None and self._output is not None:
            kill_group(self.process)
            self._output.join(timeout=1)
            self.process = None


def web_command(port: int) -> list[str]:
    """Pages and sockets of one machine in one process, for this machine alone."""
    return [
        "uvicorn", APPLICATION, "--host", "127.0.0.1", "--port", str(port), "--loop", "uvloop", "--http", "httptools",
        *SOCKETS, "--no-access-log", "--no-proxy-headers", "--no-server-header", "--timeout-graceful-shutdown", "3",
        "--log-level", "warning",
    ]  # fmt: skip


def worker_command() -> list[str]:
    """All queues, two tasks at a time."""
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        "celery",
        "--quiet",
        "-A",
        "conference",
        "worker",
        "-Q",
        QUEUES,
        "--concurrency",
        "2",
        "--loglevel",
        "WARNING",
        *quiet,
    ]


def beat_command(var: Path) -> list[str]:
    """The one process that starts what is due."""
    # No pid file: after a kill it would keep beat from starting.
    schedule = os.fspath(var / "beat-schedule")
    return [
        "celery",
        "--quiet",
        "-A",
        "conference",
        "beat",
        "--schedule",
        schedule,
        "--pidfile",
        "",
        "--loglevel",
        "WARNING",
    ]
