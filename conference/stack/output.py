"""What the supervisor says, and the prefixed output of its parts."""

import sys
import threading
from pathlib import Path
from typing import IO

WIDTH = 7
PLAIN = "\033[0m"
COLOURS = {"hatata": "\033[1m", "web": "\033[36m", "worker": "\033[35m", "beat": "\033[33m"}
ROTATE_AT = 5 * 1024 * 1024
_lock = threading.Lock()


def say(text: str, *, part: str = "hatata") -> None:
    """Print `text` with the name of the part before every line."""
    colour, plain = (COLOURS.get(part, ""), PLAIN) if sys.stdout.isatty() else ("", "")
    with _lock:
        for line in text.splitlines() or [""]:
            print(f"{colour}{part:<{WIDTH}}{plain}│ {line}", flush=True)  # noqa: T201 - this is where the stack speaks


def follow(stream: IO[bytes], *, part: str, log: Path) -> threading.Thread:
    """Copy what a part writes, line by line, to the terminal and to `log`, until it closes its output."""
    thread = threading.Thread(target=_copy, args=(stream, part, log), daemon=True, name=f"output of {part}")
    thread.start()
    return thread


def open_log(log: Path) -> IO[bytes]:
    """Open `log` for adding; a large one is put aside first, so that two files of bounded size stay."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > ROTATE_AT:
        log.replace(log.with_suffix(".old.log"))
    return log.open("ab", buffering=0)


def _copy(stream: IO[bytes], part: str, log: Path) -> None:
    with stream, open_log(log) as file:
        for line in stream:
            file.write(line)
            say(line.decode(errors="replace").rstrip(), part=part)
