"""SHA-256 of photo files, kept between runs: a file that has not been written since is not read again."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from vitrine.private_files import create_private

SETTLED_S = 2.0
"""A file that was written less long ago may be written again within the resolution of its time."""


class PhotoHashes:
    """The hashes of files by path, size and time of the last change, in an SQLite file of the home folder."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute(
            "CREATE TABLE IF NOT EXISTS photos (path TEXT PRIMARY KEY, size_bytes INTEGER NOT NULL, "
            "changed_ns INTEGER NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID"
        )

    @classmethod
    def open(cls, home: Path) -> PhotoHashes:
        """Open the hashes in `home/photos.sqlite3`; in memory where that cannot be opened or is damaged.

        One thread at a time may use them. A write that is lost costs one more reading of a photo.
        """
        try:
            database = _connect(home / "photos.sqlite3")
            database.execute("PRAGMA synchronous = OFF")
            return cls(database)
        except (sqlite3.Error, OSError):
            return cls(_connect(":memory:"))

    def of(self, photos: Sequence[str]) -> str:
        """Return one hash of all photos of a product, in their order; "" unless all are local files."""
        found = [self.sha256(photo) for photo in photos]
        if None in found:
            return ""
        return hashlib.sha256("\n".join(map(str, found)).encode()).hexdigest()

    def sha256(self, source: str) -> str | None:
        """Return the SHA-256 of a local photo in hex; `None` for a URL and for a file that is not there."""
        if "://" in source:
            return None
        path = Path(source).absolute()
        try:
            stat = path.stat()
            row = self._database.execute(
                "SELECT sha256 FROM photos WHERE path = ? AND size_bytes = ? AND changed_ns = ?",
                (str(path), stat.st_size, stat.st_mtime_ns),
            ).fetchone()
            if row is not None:
                return str(row[0])
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return None
        if time.time() - stat.st_mtime > SETTLED_S:
            self._database.execute(
                "REPLACE INTO photos VALUES (?, ?, ?, ?)",
                (str(path), stat.st_size, stat.st_mtime_ns, digest),
            )
        return digest


def _connect(path: Path | str) -> sqlite3.Connection:
    if isinstance(path, Path):
        create_private(path)
    return sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
