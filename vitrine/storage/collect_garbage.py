"""Delete what nothing needs any more from a work store: results of steps, and the files that they name.

What was paid for stays: the photos and raw models of this ledger, and of others that share the work
store. All else can be made again from them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from vitrine.errors import NotFound
from vitrine.record import Record
from vitrine.storage.bucket import Bucket, ObjectInfo
from vitrine.storage.keys import PAID, REVIEWS

RECORDS = ("done/", "batches/")
"""Results of steps, and batches of catalogue runs: deleted when they are old."""
KEPT_RECORDS = ("done/_prepared/", "shared/", PAID, REVIEWS)
"""What was paid for, for which photo, and what waits for a person: never deleted."""
BLOBS = "blobs/"
MARKS = "gc/unneeded.json"
"""The files that nothing needed when garbage was last collected, and since when."""

AT_ONCE = 16

_SHA256 = re.compile(rb"[0-9a-f]{64}")
_marks = TypeAdapter(dict[str, AwareDatetime])


class Garbage(Record):
    """What was deleted from a work store, or would be."""

    root: str
    records: int = 0
    """Results of steps and batches of runs."""
    files: int = 0
    size_bytes: int = 0
    """Of the files."""
    marked: int = 0
    """Files that nothing needs now; they are deleted if that is still so after the grace time."""
    kept_files: int = 0


def collect_garbage(
    bucket: Bucket,
    needed: Collection[str],
    now: datetime,
    *,
    older_than: timedelta,
    grace: timedelta,
    dry_run: bool = False,
) -> Garbage:
    """Delete records older than `older_than`, and files as old that were unneeded for `grace`.

    `needed` are the SHA-256 of files that stay in any case. A file is needed, too, if a record names it. A
    step that has just read a record goes on to read its files: that is what `grace` is for. With `dry_run`
    nothing is deleted or marked. Raises `StorageError`.
    """
    records, old_records = _by_age(_list(bucket, (*RECORDS, *KEPT_RECORDS[1:])), now - older_than)
    if not dry_run:
        _delete(bucket, old_records)
    named = _named(bucket, records)
    young, old = _by_age(bucket.list(BLOBS), now - older_than)
    unneeded = [info for info in old if (sha := _sha256(info)) not in needed and sha.encode() not in named]
    since = _read_marks(bucket)
    due = [info for info in unneeded if now - since.get(info.key, now) >= grace]
    if not dry_run:
        _delete(bucket, due)
        gone = {info.key for info in due}
        marks = {info.key: since.get(info.key, now) for info in unneeded if info.key not in gone}
        bucket.put(MARKS, _marks.dump_json(marks), media_type="application/json")
    return Garbage(
        root=bucket.root,
        records=len(old_records),
        files=len(due),
        size_bytes=sum(info.size_bytes for info in due),
        marked=len(unneeded) - len(due),
        kept_files=len(young) + len(old) - len(due),
    )


def _list(bucket: Bucket, prefixes: Collection[str]) -> Iterator[ObjectInfo]:
    for prefix in prefixes:
        yield from bucket.list(prefix)


def _by_age(infos: Iterator[ObjectInfo], before: datetime) -> tuple[list[ObjectInfo], list[ObjectInfo]]:
    """Return the objects that stay, and those that were last written before a time."""
    young: list[ObjectInfo] = []
    old: list[ObjectInfo] = []
    for info in infos:
        is_old = info.modified_at is not None and info.modified_at < before
        (old if is_old and not info.key.startswith(KEPT_RECORDS) else young).append(info)
    return young, old


def _named(bucket: Bucket, records: list[ObjectInfo]) -> set[bytes]:
    """Return every SHA-256 that a record has in its text."""

    def read(info: ObjectInfo) -> list[bytes]:
        try:
            return _SHA256.findall(bucket.get(info.key))
        except NotFound:  # it was deleted meanwhile
            return []

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return {sha256 for found in pool.map(read, records) for sha256 in found}


def _sha256(info: ObjectInfo) -> str:
    return info.key.removeprefix(BLOBS).partition(".")[0]


def _read_marks(bucket: Bucket) -> dict[str, datetime]:
    try:
        return _marks.validate_json(bucket.get(MARKS))
    except (NotFound, ValidationError):
        return {}


def _delete(bucket: Bucket, infos: list[ObjectInfo]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda info: bucket.delete(info.key), infos))
