"""Folders and files that only their owner may read: photos, models, receipts and addresses are not public."""

from __future__ import annotations

import os
import stat
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600
UMASK = 0o077
"""For child processes that write into such a folder."""


def make_private_folder(path: Path) -> Path:
    """Make a folder, and those above it, and let only its owner into it. Raises `OSError`."""
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    found = path.stat()
    if stat.S_IMODE(found.st_mode) & ~FOLDER_MODE and found.st_uid == os.getuid():
        path.chmod(FOLDER_MODE)
    return path


def private_opener(path: str, flags: int) -> int:
    """Open a file for its owner alone; the `opener` of `open()`."""
    return os.open(path, flags, FILE_MODE)


def create_private(path: Path) -> None:
    """Create an empty file for its owner alone, unless it is there: a database that SQLite opens then."""
    os.close(private_opener(str(path), os.O_CREAT | os.O_RDWR))


def write_private(path: Path, text: str) -> None:
    """Write a text file that only its owner may read. Raises `OSError`."""
    with open(path, "w", encoding="utf-8", opener=private_opener) as file:  # it takes an opener
        file.write(text)
