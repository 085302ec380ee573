"""The pointer, the one object that changes: it names the current release."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from pydantic import Field

from vitrine.errors import ConditionUnsupported, NotFound, PreconditionFailed
from vitrine.publishing.published import Target
from vitrine.storage.bucket import SHORT, Bucket

TRIES = 12
"""Lost races before an error; in each of them another writer has succeeded."""

SETTLE_S = 5.0
"""Seconds for the writer of an undecided claim to withdraw it or to write the pointer."""

POLL_S = 0.05

JSON = "application/json"


class Pointer(Target):
    """The current release of a product or of the catalogue."""

    schema_: Literal["vitrine.pointer/1"] = Field("vitrine.pointer/1", alias="schema")
    serial: int
    """Number of swaps so far."""
    previous: str | None = None
    """The release before this one, to which a rollback goes."""


def read_pointer(bucket: Bucket, key: str) -> tuple[Pointer, str] | None:
    """Return the pointer and its ETag, or `None`.

    The ETag is read first, so it is never newer than the pointer: a swap on it can only fail, never overwrite
    another writer's.
    """
    there = bucket.head(key)
    if there is None:
        return None
    try:
        data = bucket.get(key)
    except NotFound:
        return None
    return Pointer.from_json(data, f"{key} in {bucket.root}"), there.etag


def compare_and_swap(bucket: Bucket, key: str, choose: Callable[[], Target]) -> tuple[Pointer, bool]:
    """Point at the target that `choose()` returns; return the pointer, and whether its release has changed.

    Where only the inputs of the current release differ, they are replaced.

    `choose` is called after the pointer is read and again after every lost race, so what it reads from the
    bucket is never older than the pointer that it replaces. Raises `PreconditionFailed` after `TRIES` lost
    races.
    """
    for attempt in range(TRIES):
        read = read_pointer(bucket, key)
        target = choose()
        if read and _is_at(read[0], target):
            return read[0], False
        new = _after(read[0] if read else None, target)
        moved = read is None or read[0].release != target.release
        try:
            if read is None:
                bucket.put(key, new.to_json(), media_type=JSON, cache_control=SHORT, if_absent=True)
            else:
                bucket.put(key, new.to_json(), media_type=JSON, cache_control=SHORT, if_match=read[1])
        except ConditionUnsupported:
            with suppress(NotFound):  # a number that its writer has withdrawn
                if swapped := _swap_by_serial(bucket, key, target, read[0] if read else None):
                    return swapped
        except (PreconditionFailed, NotFound):
            pass  # another writer was faster: read again
        else:
            return new, moved
        time.sleep(random.uniform(0, 0.02 * (attempt + 1)))
    raise PreconditionFailed(
        f"{key} in {bucket.root} was changed by others {TRIES} times in a row. "
        "Too many runs publish it at once; run again"
    )


def _is_at(pointer: Pointer, target: Target) -> bool:
    return pointer.release == target.release and target.inputs in (None, pointer.inputs)


def _after(current: Pointer | None, target: Target) -> Pointer:
    serial, previous = (current.serial, current.release) if current else (0, None)
    if current and current.release == target.release:
        previous = current.previous
    return Pointer(serial=serial + 1, previous=previous, **target.model_dump())


def _swap_by_serial(
    bucket: Bucket, key: str, target: Target, seen: Pointer | None
) -> tuple[Pointer, bool] | None:
    """Swap on a server without If-Match (Swift): claim the next serial number first.

    `swaps/00000007.json` can be created only once, so the highest number is authoritative and the pointer is
    its copy; a writer that finds the pointer behind updates it. Returns `None` when another writer has
    claimed the number.
    """
    folder = key.rpartition("/")[0] + "/swaps/"
    current = _highest(bucket, key, folder, seen)
    if current and _is_at(current, target):
        new, moved = current, False
    else:
        new, moved = _after(current, target), current is None or current.release != target.release
        if not _claim_serial(bucket, folder, new):
            return None
    latest: Pointer | None = None
    while latest != new:
        latest = new
        bucket.put(key, latest.to_json(), media_type=JSON, cache_control=SHORT)
        new = _highest(bucket, key, folder, latest) or latest
    return latest, moved


def _claim_serial(bucket: Bucket, folder: str, pointer: Pointer) -> bool:
    """Create the file of a serial number; return whether no other writer has it.

    A server that ignores If-None-Match, too, gets a name of the writer's own, `00000007.ab12….json`. Of two
    writers the one that lists later sees both files: who sees another's withdraws its own.
    """
    serial = f"{folder}{pointer.serial:08}"
    try:
        bucket.put(f"{serial}.json", pointer.to_json(), media_type=JSON, if_absent=True)
    except PreconditionFailed:
        return False
    except ConditionUnsupported:
        own = f"{serial}.{secrets.token_hex(8)}.json"
        bucket.put(own, pointer.to_json(), media_type=JSON)
        if [info.key for info in bucket.list(f"{serial}.")] == [own]:
            return True
        bucket.delete(own)
        return False
    return True


def _highest(bucket: Bucket, key: str, folder: str, known: Pointer | None) -> Pointer | None:
    """Return the pointer of the highest serial number: `known`, the highest read before, or a later one.

    A claim under a name of its writer's own may still be withdrawn. It counts once the pointer has reached
    its number, or after `SETTLE_S`, when its writer must have died between the claim and the pointer.
    """
    give_up = time.monotonic() + SETTLE_S
    while True:
        last = max((info.key for info in bucket.list(folder)), default=None)
        if last is None:
            return known
        serial, _, own_name = last.removeprefix(folder).removesuffix(".json").partition(".")
        if known and known.serial >= int(serial):
            return known
        if not own_name or time.monotonic() > give_up:
            return Pointer.from_json(bucket.get(last), f"{last} in {bucket.root}")
        time.sleep(POLL_S)
        if (read := read_pointer(bucket, key)) and (known is None or read[0].serial > known.serial):
            known = read[0]
