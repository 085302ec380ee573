"""Receipts on this machine's disk until the ledger has them, as its database may be unavailable."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from vitrine.models import Job


def save(folder: Path, job: Job) -> None:
    """Write a receipt to `folder`, on disk when this returns. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    part = _path(folder, job.key).with_suffix(f".{os.getpid()}.part")
    with part.open("w", encoding="utf-8") as file:
        file.write(job.model_dump_json())
        file.flush()
        os.fsync(file.fileno())
    part.replace(_path(folder, job.key))


def pending(folder: Path) -> Iterator[Job]:
    """Yield the receipts in `folder`."""
    for path in sorted(folder.glob("*.json")):
        yield Job.model_validate_json(path.read_text(encoding="utf-8"))


def remove(folder: Path, key: str) -> None:
    """Delete a receipt that the ledger has."""
    with suppress(OSError):
        _path(folder, key).unlink()


def _path(folder: Path, key: str) -> Path:
    return folder / f"{key}.json"
