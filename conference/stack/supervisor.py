"""What `manage.py up` does: start all parts, keep them up, stop them together."""

import collections
import contextlib
import errno
import fcntl
import http.client
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from conference.stack import parts, paths, postgres, valkey
from conference.stack.output import say
from conference.stack.processes import MARK, Service, StackError, describe, kill_strays

ENDS_ALLOWED = 3  # a minute, before we give up
SECONDS_TO_STOP = 5


class Stopped(BaseException):
    """Ctrl-C or SIGTERM. Like KeyboardInterrupt no error, so that no `except Exception` keeps it."""


class Supervisor:
    """Runs Hatata on `port` until it is told to stop. `prepare` fills the database once the servers are up."""

    def __init__(self, *, port: int, prepare: Callable[[], None], announce: Callable[[str], None]) -> None:
        self.port, self.prepare, self.announce = port, prepare, announce
        self.var = paths.var_dir()
        self.address = f"http://127.0.0.1:{port}/"
        self.servers: list[Service] = []
        self.parts: list[parts.Part] = []
        self.ends: dict[str, collections.deque[float]] = collections.defaultdict(collections.deque)

    def run(self) -> None:
        """Start, watch, stop. Raises `StackError` with what the person at the terminal should know."""
        self.var.mkdir(parents=True, exist_ok=True)
        with only_one(self.var / "lock", self.address), stopping_on_signals():
            kill_strays(self.var)
            check_port(self.port)
            try:
                self._start()
                self._watch()
            except Stopped:
                say("Stopping …")
            finally:
                self._stop()
            say("Stopped.")

    def _start(self) -> None:
        if not os.environ.get("DATABASE_URL"):
            self._start_server(postgres.embedded())
        if not os.environ.get("REDIS_URL"):
            self._start_server(valkey.embedded())
        self.prepare()
        env = {
            "SITE_URL": self.address.rstrip("/"),
            **os.environ,
            MARK: os.path.realpath(self.var),
            "HATATA_VAR": os.fspath(self.var),
            "PYTHONUNBUFFERED": "1",
            # On a machine of one's own root may do this; production's image has another user.
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        }
        say("Starting web, worker and beat …")
        for name, command in (
            ("web", parts.web_command(self.port)),
            ("worker", parts.worker_command()),
            ("beat", parts.beat_command(self.var)),
        ):
            part = parts.Part(name, command, env=env, cwd=paths.REPOSITORY, logs=self.var / "log")
            self.parts.append(part)
            part.start()
        self.parts[0].wait_until(self._is_ready, seconds=120)
        self.announce(self.address)

    def _start_server(self, server: Service) -> None:
        say(f"Starting {server.name} …")
        self.servers.append(server)
        server.start()

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()

    def _watch(self) -> None:
        while True:
            for service in [*self.servers, *self.parts]:
                if (status := service.status()) is not None:
                    self._start_again(service, status)
            time.sleep(0.2)

    def _start_again(self, service: Service, status: int) -> None:
        ended = f"{service.name} ended unexpectedly ({describe(status)})."
        ends = self.ends[service.name]
        ends.append(time.monotonic())
        while ends[0] < ends[-1] - 60:
            ends.popleft()
        if len(ends) > ENDS_ALLOWED:
            raise StackError(f"{ended} That was the {len(ends)}th time within a minute. Its log is {service.log}.")
        say(f"{ended} Starting it again.")
        service.stop()
        service.start()

    def _stop(self) -> None:
        for part in self.parts:
            part.ask_to_stop()
        deadline = time.monotonic() + SECONDS_TO_STOP
        while time.monotonic() < deadline and any(p.process and p.status() is None for p in self.parts):
            time.sleep(0.05)
        for service in [*self.parts, *reversed(self.servers)]:
            service.stop()


@contextlib.contextmanager
def only_one(lock: Path, address: str) -> Iterator[None]:
    """Hold `lock`, which the kernel frees however we end. Raises `StackError` when another supervisor holds it."""
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise StackError(f"Hatata already runs in this folder ({file.read().strip()}). Stop it first.") from None
        file.truncate(0)
        file.write(f"process {os.getpid()}, {address}")
        file.flush()
        yield


def check_port(port: int) -> None:
    """Raises `StackError` when nobody can listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise StackError(
                    f"Port {port} is taken by another program. Choose another: make run PORT=8001"
                ) from None
            raise StackError(
                f"Port {port} cannot be used: {error.strerror}. Choose another: make run PORT=8001"
            ) from None


@contextlib.contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Raise `Stopped` on the first Ctrl-C, SIGTERM or closed terminal; ignore further ones, since stopping is bounded."""
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    numbers = [number for number in wanted if signal.getsignal(number) is not signal.SIG_IGN]  # nohup stays nohup

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
