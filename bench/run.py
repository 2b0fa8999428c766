"""`make bench`: measure, show beside the last run, keep. Runs inside `conference.stack.testing`."""

import sys
import time
from importlib import import_module

import django
from django.core.management import call_command
from rich.console import Console

# Modules of this folder; each has `measure()`, which returns rows. Pages are those of the edition that was imported.
PARTS = ("imports", "pages", "search", "fanout", "recommend")
NEEDS = {"pages": "imports"}


def main(wanted: list[str]) -> int:
    """Measure the parts of these names, or all; return the exit status."""
    if unknown := set(wanted) - set(PARTS):
        sys.stderr.write(f"There is no {', '.join(sorted(unknown))}. There are: {', '.join(PARTS)}.\n")
        return 2
    django.setup()
    call_command("migrate", verbosity=0)
    from bench import imports, rows  # noqa: PLC0415 - models are there only now

    console = Console(stderr=True)
    chosen = {*wanted, *(NEEDS[name] for name in wanted if name in NEEDS)} or set(PARTS)
    measured: list[rows.Row] = []
    for name in PARTS:
        if name in chosen:
            start = time.perf_counter()
            measured += import_module(f"bench.{name}").measure()
            console.print(f"{name}: measured in {time.perf_counter() - start:.0f} s", style="dim")
    data = imports.data()
    rows.show(measured, rows.last(data=data), data=data)
    if not wanted:
        console.print(f"Kept in {rows.store(measured, data=data)}", style="dim")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
