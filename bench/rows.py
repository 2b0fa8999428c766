"""What is measured: rows, kept as JSON, shown as one table beside those of the last run."""

import datetime as dt
import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

FOLDER = Path(__file__).resolve().parent.parent / "var" / "bench"


@dataclass(frozen=True)
class Row:
    """One measured value. `reach` is the figure to reach; `more` says that more is better."""

    name: str
    value: float
    unit: str
    reach: float | None = None
    more: bool = False

    @property
    def is_reached(self) -> bool | None:
        """Tell whether the figure is reached; None where there is none."""
        if self.reach is None:
            return None
        return self.value >= self.reach if self.more else self.value <= self.reach


def last(*, data: str) -> dict[str, float]:
    """Return the values of the last run on the same data by name; empty before the first."""
    for path in sorted(FOLDER.glob("*.json"), reverse=True):
        kept = json.loads(path.read_text())
        if kept["data"] == data:
            return {row["name"]: row["value"] for row in kept["rows"]}
    return {}


def store(rows: list[Row], *, data: str) -> Path:
    """Keep the rows with what they were measured on; return the file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(dt.UTC)
    machine = {"cores": len(os.sched_getaffinity(0)), "python": platform.python_version(), "load": os.getloadavg()[0]}
    kept = {"at": now.isoformat(), "data": data, "machine": machine, "rows": [asdict(row) for row in rows]}
    path = FOLDER / f"{now:%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(kept, indent=1))
    return path


def show(rows: list[Row], before: dict[str, float], *, data: str) -> None:
    """Print the table."""
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    table = Table(title=f"Hatata, measured on {data} ({cores} cores, load {load:.1f})", title_justify="left")
    table.add_column("what")
    for name in ("now", "last run", "change", "to reach"):
        table.add_column(name, justify="right")
    for row in rows:
        mark = {True: "[green]✓[/] ", False: "[red]✗[/] ", None: ""}[row.is_reached]
        was = before.get(row.name)
        reach = "" if row.reach is None else f"{mark}{'≥' if row.more else '≤'} {number(row.reach)}"
        table.add_row(
            row.name,
            f"{number(row.value)} {row.unit}",
            "" if was is None else number(was),
            "" if not was else f"{(row.value - was) / was:+.0%}",
            reach,
        )
    Console(width=max(110, Console().width)).print(table)


def number(value: float) -> str:
    """Return `value` with as many digits as mean something."""
    if value == int(value) or abs(value) >= 1_000:  # noqa: PLR2004 - thousands need no decimals
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 1 else f"{value:.1f}"
