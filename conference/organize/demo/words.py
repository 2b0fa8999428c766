"""The demo's words, read from the files of `texts/`."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "texts"


@cache
def read(name: str) -> Any:
    """Return what `texts/<name>.yaml` holds."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


@cache
def themes() -> list[dict[str, Any]]:
    """Return the themes in order, each with its papers."""
    return [read(f"papers/{path.stem}") for path in sorted((FOLDER / "papers").glob("*.yaml"))]
