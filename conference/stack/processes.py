"""Starting, waiting for and ending processes."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

LAUNCHER = Path(__file__).with_name("launch.py")
MARK = "HATATA_RUN_OF"


class StackError(Exception):
    """A part of the stack did not start or stay up; the text is for the person at the terminal."""


class Service(ABC):
    """Something that runs as a child of ours."""

    def __init__(self, *, name: str, log: Path) -> None:
        self.name, self.log = name, log
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def start(self) -> None:
        """Start it. Raises `StackError`, naming the log, when that fails."""

    @abstractmethod
    def stop(self) -> None:
        """End it and its children. Does nothing when it does not run."""

    def status(self) -> int | None:
        """The exit status if it has ended, else None."""
        return self.process.poll() if self.process else None

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait until `ready()`. Raises `StackError` when it ends before that or `seconds` pass."""
        deadline = time.monotonic() + seconds
        while not ready():
            if (status := self.status()) is not None:
                raise StackError(f"{self.name} ended while starting ({describe(status)}). Its log is {self.log}.")
            if time.monotonic() > deadline:
                raise StackError(f"{self.name} did not answer within {seconds:.0f} seconds. Its log is {self.log}.")
            time.sleep(0.02)


def describe(status: int) -> str:
    """An exit status in words."""
    return f"exit status {status}" if status >= 0 else f"killed by {signal.Signals(-status).name}"


def spawn(
    command: Iterable[str | os.PathLike[str]],
    *,
    identity: str = "same",
    death_signal: signal.Signals = signal.SIGTERM,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    output: IO[bytes] | int | None = None,
    own_group: bool = True,
) -> subprocess.Popen[bytes]:
    """Start `command` so that it gets `death_signal` when we die, whatever we die of.

    Call it from the main thread: the kernel counts the end of the starting *thread* as the parent's death. In a group
    of its own a child does not get the terminal's Ctrl-C, so that we can stop the parts in order.
    """
    launcher = [
        sys.executable,
        "-I",
        "-S",
        os.fspath(LAUNCHER),
        str(os.getpid()),
        str(int(death_signal)),
        identity,
    ]
    return subprocess.Popen(  # noqa: S603 - the commands are ours
        [*launcher, *(os.fspath(part) for part in command)],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL if own_group else None,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        process_group=0 if own_group else None,
    )


def stop(process: subprocess.Popen[bytes], *, politely: signal.Signals, seconds: float) -> None:
    """End `process`: ask `politely`, and after `seconds` kill its whole group."""
    if process.poll() is None:
        process.send_signal(politely)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill `process` and what is left of the group that it leads, if it leads one."""
    process.kill()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_strays(folder: Path) -> None:
    """Kill what a killed supervisor may have left behind: every process that belongs to `folder`."""
    for _ in range(200):
        found = belonging_to(folder)
        if not found:
            return
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    raise StackError(f"Processes {found} of an earlier run still use {folder} and cannot be ended.")


def belonging_to(folder: Path) -> list[int]:
    """The processes that belong to `folder`, but for ourselves.

    That is each one that works in it, as both servers and their children do, or whose environment says so in MARK, as
    the parts started by us and their children have it. So there is no pid file to believe.
    """
    proc, wanted = Path("/proc"), os.path.realpath(folder)
    numbers = [int(entry.name) for entry in proc.iterdir() if entry.name.isdigit()] if proc.is_dir() else []
    return [pid for pid in numbers if pid != os.getpid() and _belongs(pid, wanted)]


def _belongs(pid: int, folder: str) -> bool:
    process = Path("/proc", str(pid))
    try:
        if os.fspath((process / "cwd").readlink()) == folder:
            return True
        marked = os.fsencode(f"{MARK}={folder}")
        return marked in (process / "environ").read_bytes().split(b"\0")
    except OSError:  # It is gone, or not ours.
        return False
