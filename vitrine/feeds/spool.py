"""A temporary database for what grows with a feed."""

from __future__ import annotations

import sqlite3


def temporary_database() -> sqlite3.Connection:
    """Open a database in memory that SQLite moves to the disk where it gets large, and deletes in the end."""
    database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA journal_mode = OFF")
    return database
