"""`make bench`: measure, show beside the last run, keep. Runs inside `conference.stack.testing`."""

import sys
import time
from collections.abc import Callable

import django
from django.core.management import call_command
from rich.console import Console

PARTS = ("imports",)


def main(wanted: list[str]) -> int:
    """Measure the parts of these names, or all; return the exit status."""
    if unknown := set(wanted) - set(PARTS):
        sys.stderr.write(f"There is no {', '.join(sorted(unknown))}. There are: {', '.join(PARTS)}.\n")
        return 2
    django.setup()
    call_command("migrate", verbosity=0)
    from bench import imports, rows  # noqa: PLC0415 - models are there only now

    console = Console(stderr=True)
    parts: dict[str, Callable[[], list[rows.Row]]] = {"imports": imports.measure}
    measured: list[rows.Row] = []
    for name in PARTS:
        if not wanted or name in wanted:
            start = time.perf_counter()
            measured += parts[name]()
            console.print(f"{name}: measured in {time.perf_counter() - start:.0f} s", style="dim")
    data = imports.data()
    rows.show(measured, rows.last(data=data), data=data)
    if not wanted:
        console.print(f"Kept in {rows.store(measured, data=data)}", style="dim")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
