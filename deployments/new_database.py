"""Create the SQLite database of a new Prefect server from the schema that Prefect's migrations make.

The migrations take 10 s of CPU time, this takes 0.1 s. `python -m deployments.new_database` writes the schema
again after an upgrade of Prefect.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from vitrine.private_files import create_private

SCHEMA = Path(__file__).with_name("prefect_schema.sql")


def create_database(path: Path) -> bool:
    """Create the database of a server and return whether it was made.

    Nothing is made where one exists, or where the schema is another version's than the installed Prefect: the
    server's migrations then do the work.
    """
    script = SCHEMA.read_text()
    if path.exists() or not script.startswith(_header()):
        return False
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    new.unlink(missing_ok=True)
    create_private(new)
    with closing(sqlite3.connect(new)) as database:
        database.executescript(f"PRAGMA synchronous = OFF; {script}")
    new.replace(path)
    return True


def migrated_schema() -> str:
    """Return the schema after all migrations of the installed Prefect, and the version that they record."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "prefect.db"
        os.environ["PREFECT_HOME"] = folder
        os.environ["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = f"sqlite+aiosqlite:///{path}"
        from prefect.server.database import provide_database_interface

        asyncio.run(provide_database_interface().create_db())
        with closing(sqlite3.connect(path)) as database:
            return "\n".join([_header(), *database.iterdump(), ""])


def _header() -> str:
    return f"-- Written by `python -m deployments.new_database` with Prefect {version('prefect')}\n"


if __name__ == "__main__":
    SCHEMA.write_text(migrated_schema())
