"""A new server's database is the one that Prefect's own migrations make."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from deployments import new_database
from deployments.new_database import SCHEMA, create_database


def contents(script: str) -> list[object]:
    """The definition of each table, index and trigger, whose lines the migrations write in any order."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(script)
        definitions = [
            (kind, name, sorted(line.strip().rstrip(",") for line in (sql or "").splitlines()))
            for kind, name, sql in database.execute("SELECT type, name, sql FROM sqlite_master")
        ]
        return [*sorted(definitions), *database.execute("SELECT * FROM alembic_version")]


def test_the_schema_is_that_of_the_migrations() -> None:
    """In a process of its own: the settings of this one's Prefect stay as they are."""
    command = "from deployments.new_database import migrated_schema; print(migrated_schema())"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert contents(SCHEMA.read_text()) == contents(done.stdout)


def test_a_database_is_created_once(tmp_path: Path) -> None:
    path = tmp_path / "prefect.db"
    assert create_database(path)
    before = path.read_bytes()
    assert not create_database(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["prefect.db"]


def test_the_schema_of_another_version_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_database, "version", lambda _: "99.0")
    assert not create_database(tmp_path / "prefect.db")
    assert not (tmp_path / "prefect.db").exists()
