"""How long the products of earlier runs took, to say how long the next run may take."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from vitrine.private_files import create_private

RUNS = 5
"""So many of the last runs count."""


def record_run(home: Path, products: int, seconds: float) -> None:
    """Note that a run has converted `products` in `seconds`; a damaged file or a full disk is no error."""
    try:
        with closing(_open(home)) as database, database:
            database.execute("INSERT INTO runs VALUES (?, ?, ?)", (time.time(), products, seconds))
    except (sqlite3.Error, OSError):
        pass


def seconds_a_product(home: Path) -> float | None:
    """Return the mean time of a product in the last runs, in seconds; `None` before the first one."""
    try:
        with closing(_open(home)) as database:
            query = f"SELECT products, seconds FROM runs ORDER BY ended DESC LIMIT {RUNS}"  # noqa: S608  a number
            rows = database.execute(query).fetchall()
    except (sqlite3.Error, OSError):
        return None
    products = sum(count for count, _ in rows)
    return sum(seconds for _, seconds in rows) / products if products else None


def _open(home: Path) -> sqlite3.Connection:
    create_private(home / "runs.sqlite3")
    database = sqlite3.connect(home / "runs.sqlite3", timeout=10)
    database.execute("CREATE TABLE IF NOT EXISTS runs (ended REAL, products INTEGER, seconds REAL)")
    return database
