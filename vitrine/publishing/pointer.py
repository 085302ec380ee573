"""The one small object that moves: it names the release that readers should see."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Literal

from pydantic import Field

from vitrine.errors import ConditionUnsupported, NotFound, PreconditionFailed
from vitrine.publishing.published import Target
from vitrine.storage.bucket import SHORT, Bucket

TRIES = 12
"""Lost races before giving up; each one means that somebody else got through."""

JSON = "application/json"


class Pointer(Target):
    """What a reader follows."""

    schema_: Literal["vitrine.pointer/1"] = Field("vitrine.pointer/1", alias="schema")
    serial: int
    """How often it has moved."""
    previous: str | None = None
    """The release before this one, where a rollback leads."""


def read_pointer(bucket: Bucket, key: str) -> tuple[Pointer, str] | None:
    """The pointer and an ETag no newer than it, or `None`: swapping on that ETag can only fail safely."""
    there = bucket.head(key)
    if there is None:
        return None
    try:
        data = bucket.get(key)
    except NotFound:
        return None
    return Pointer.from_json(data, f"{key} in {bucket.root}"), there.etag


def swap(bucket: Bucket, key: str, choose: Callable[[], Target]) -> tuple[Pointer, bool]:
    """Point at what `choose()` answers; (the pointer, whether it moved).

    `choose` is asked after the pointer was read and again after every lost race, so what it sees in the
    bucket is never older than the pointer that is replaced. Raises `PreconditionFailed` after `TRIES` lost
    races.
    """
    for attempt in range(TRIES):
        read = read_pointer(bucket, key)
        target = choose()
        if read and read[0].release == target.release:
            return read[0], False
        new = _after(read[0] if read else None, target)
        try:
            if read is None:
                bucket.put(key, new.to_json(), media_type=JSON, cache_control=SHORT, if_absent=True)
            else:
                bucket.put(key, new.to_json(), media_type=JSON, cache_control=SHORT, if_match=read[1])
        except ConditionUnsupported:
            if moved := _swap_by_number(bucket, key, target, read[0] if read else None):
                return moved
        except (PreconditionFailed, NotFound):
            pass  # somebody else was faster: look again
        else:
            return new, True
        time.sleep(random.uniform(0, 0.02 * (attempt + 1)))
    raise PreconditionFailed(
        f"{key} in {bucket.root} was moved by others {TRIES} times in a row. "
        "Too many runs publish it at once: run again"
    )


def _after(current: Pointer | None, target: Target) -> Pointer:
    serial, previous = (current.serial, current.release) if current else (0, None)
    return Pointer(release=target.release, manifest=target.manifest, serial=serial + 1, previous=previous)


def _swap_by_number(
    bucket: Bucket, key: str, target: Target, seen: Pointer | None
) -> tuple[Pointer, bool] | None:
    """Swap on a server without If-Match (Swift): each move is first claimed under its number.

    `swaps/00000007.json` can be created only once, so the highest number is the truth and the pointer its
    copy; whoever finds the pointer behind brings it up. `None` means that the race for the number was lost.
    """
    folder = key.rpartition("/")[0] + "/swaps/"
    current = _highest(bucket, folder, seen)
    if current and current.release == target.release:
        new, moved = current, False
    else:
        new, moved = _after(current, target), True
        try:
            bucket.put(f"{folder}{new.serial:08}.json", new.to_json(), media_type=JSON, if_absent=True)
        except PreconditionFailed:
            return None
    latest: Pointer | None = None
    while latest != new:
        latest = new
        bucket.put(key, latest.to_json(), media_type=JSON, cache_control=SHORT)
        new = _highest(bucket, folder, latest) or latest
    return latest, moved


def _highest(bucket: Bucket, folder: str, pointer: Pointer | None) -> Pointer | None:
    keys = [info.key for info in bucket.list(folder)]
    if not keys:
        return pointer
    highest = Pointer.from_json(bucket.get(max(keys)), f"{max(keys)} in {bucket.root}")
    return pointer if pointer and pointer.serial > highest.serial else highest
