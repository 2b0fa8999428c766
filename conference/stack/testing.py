"""Run a command against a PostgreSQL and a Valkey of its own, made for it and thrown away after it.

`python -m conference.stack.testing pytest tests/chat -n 2`. The servers forget on purpose (no fsync), live in memory
where the machine has room for that, and die with this process even when it is killed.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from conference.stack.postgres import Postgres
from conference.stack.processes import StackError, kill_strays, spawn, stop
from conference.stack.valkey import Valkey

ROOM_NEEDED = 2 * 1024**3


@contextlib.contextmanager
def throwaway_stack() -> Iterator[dict[str, str]]:
    """Start both servers; yields the environment that leads to them."""
    with scratch_folder() as folder:
        sockets = folder / "s"
        sockets.mkdir(mode=0o700)
        postgres = Postgres(
            data=folder / "pg",
            sockets=sockets,
            log=folder / "postgres.log",
            durable=False,
        )
        valkey = Valkey(
            data=folder / "valkey",
            sockets=sockets,
            log=folder / "valkey.log",
            durable=False,
        )
        try:
            postgres.start()
            valkey.start()
            yield environment(folder, postgres.url(), valkey.url())
        finally:
            valkey.stop()
            postgres.stop()


def environment(folder: Path, database_url: str, redis_url: str) -> dict[str, str]:
    """Ours, leading to these servers and to a var folder that is thrown away with them."""
    return {
        "DJANGO_SETTINGS_MODULE": "conference.settings",
        "DEBUG": "1",
        "SECRET_KEY": secrets.token_urlsafe(40),
        "HATATA_VAR": os.fspath(folder / "var"),
        **os.environ,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
    }


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for this process; first removes those whose process was killed before it could."""
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes the folder private
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_NEEDED
    base = memory if roomy else Path(tempfile.gettempdir())
    for old in base.glob("hatata-test-*"):
        with contextlib.suppress(OSError), (old / "lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            kill_strays(old / "pg")
            kill_strays(old / "valkey")
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="hatata-test-", dir=base))
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run `command`; return its exit status."""
    if not command:
        sys.stderr.write(__doc__ or "")
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda signum, _frame: sys.exit(128 + signum))
    if command[0] in {"pytest", "python"}:
        command = [
            sys.executable,
            *(["-m", "pytest"] if command[0] == "pytest" else []),
            *command[1:],
        ]
    try:
        with throwaway_stack() as env:
            # In our group: the terminal's Ctrl-C reaches pytest itself, which then prints what it has.
            child = spawn(command, env=env, own_group=False)
            try:
                return wait_through_interrupts(child)
            finally:
                stop(child, politely=signal.SIGTERM, seconds=10)
    except StackError as failure:
        sys.stderr.write(f"{failure}\n")
        return 1


def wait_through_interrupts(child: subprocess.Popen[bytes]) -> int:
    """Wait for its end; Ctrl-C is for it to act upon, not for us."""
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
