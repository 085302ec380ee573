"""Receipts on this machine's disk until the ledger has them, as its database may be unavailable.

A receipt belongs to the ledger whose order it answers. Its file carries that ledger's id, and is deleted only
when that ledger has the receipt.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from vitrine.models import Job
from vitrine.private_files import make_private_folder, private_opener
from vitrine.record import Record

logger = logging.getLogger(__name__)

UNREADABLE = ".unreadable"

_reported: set[tuple[Path, str]] = set()
"""(folder, what was said of it) of every warning of this process: each is given once."""


class SpooledReceipt(Record):
    """A receipt with the ledger that it belongs to."""

    ledger_id: str
    """Empty for a receipt that a release wrote which did not note the ledger."""
    ledger: str = ""
    """The URL of the ledger, without its password."""
    job: Job


def save(folder: Path, ledger_id: str, ledger: str, job: Job) -> Path:
    """Write a receipt to `folder`, on disk when this returns; return its file. Raises `OSError`."""
    make_private_folder(folder)
    whole = folder / f"{ledger_id}.{job.key}.json"
    part = whole.with_suffix(f".{os.getpid()}.part")
    with open(part, "w", encoding="utf-8", opener=private_opener) as file:  # it takes an opener
        file.write(SpooledReceipt(ledger_id=ledger_id, ledger=ledger, job=job).model_dump_json())
        file.flush()
        os.fsync(file.fileno())
    part.replace(whole)
    return whole


def pending(folder: Path, ledger_id: str) -> Iterator[tuple[Path, SpooledReceipt]]:
    """Yield the receipts in `folder` that belong to a ledger, and those that may; with their files.

    An unreadable file is renamed, with a warning. Receipts of other ledgers stay where they are; each of
    those ledgers is named once.
    """
    others: dict[str, int] = {}
    for path in sorted(folder.glob("*.json")):
        receipt = _read(path)
        if receipt is None:
            continue
        if receipt.ledger_id in ("", ledger_id):
            yield path, receipt
        else:
            name = receipt.ledger or receipt.ledger_id
            others[name] = others.get(name, 0) + 1
    for name, count in others.items():
        _warn(
            folder,
            f"receipts of the ledger {name} in {folder}: {count}. They stay there until it is opened, "
            "for example by `vitrine ledger`",
        )


def remove(path: Path) -> None:
    """Delete the file of a receipt that its ledger has."""
    with suppress(OSError):
        path.unlink()


def warn_kept(path: Path, job: Job, why: object) -> None:
    """Warn of a receipt that its ledger did not take."""
    bought = f"job {job.request_id[:100]} at {job.provider} is bought"
    _warn(path.parent, f"{bought}, and {why}; its receipt stays in {path}")


def _read(path: Path) -> SpooledReceipt | None:
    try:
        text = path.read_text(encoding="utf-8")
        if path.stem.count(".") == 0:  # from before receipts carried their ledger's id
            return SpooledReceipt(ledger_id="", job=Job.model_validate_json(text))
        return SpooledReceipt.model_validate_json(text)
    except FileNotFoundError:  # another process has recorded it
        return None
    except (OSError, ValueError, ValidationError) as error:
        aside = path.with_name(path.name + UNREADABLE)
        with suppress(OSError):
            path.replace(aside)
        said = " ".join(str(error).split())[:200]
        _warn(path.parent, f"cannot read the receipt {path.name}: {said}; it is kept as {aside.name}")
        return None


def _warn(folder: Path, text: str) -> None:
    if (folder, text) not in _reported:
        _reported.add((folder, text))
        logger.warning(text)
