"""How long an import takes, and the computation of similar papers after it."""

import os
import tempfile
import time
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from bench import generate
from bench.rows import Row
from conference.editions.models import Edition
from papers import services

PAPERS = 687  # as many as the real conference that the figures to reach were measured on
SLUG = "bench"


def data() -> str:
    """Say what is imported."""
    return "ICLR 2020" if "HATATA_SHARED" in os.environ else f"{PAPERS} generated papers"


def measure() -> list[Row]:
    """Import, import the same again, compute similar papers. The edition stays for what is measured next."""
    if "HATATA_SHARED" in os.environ:
        first, again = _import_twice(Path(os.environ["HATATA_SHARED"]) / "data" / "iclr2020")
    else:
        with tempfile.TemporaryDirectory() as folder:
            generate.write(Path(folder), papers=PAPERS)
            first, again = _import_twice(Path(folder))
    edition = Edition.objects.get(slug=SLUG)
    start = time.perf_counter()
    services.rebuild_now(edition=edition)
    recommend = time.perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as PostgreSQL does by itself within a minute
    return [
        Row("import, first", first, "s", reach=20),
        Row("import, nothing changed", again, "s", reach=5),
        Row("similar papers computed and stored", recommend, "s"),
    ]


def _import_twice(folder: Path) -> list[float]:
    return [_timed_import(folder), _timed_import(folder)]


def _timed_import(folder: Path) -> float:
    start = time.perf_counter()
    call_command("import_miniconf", str(folder), "--edition", SLUG, "--skip-bad", stdout=StringIO())
    return time.perf_counter() - start
