"""Work on all cores at once: embree, numpy and Pillow all let go of the interpreter lock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from vitrine.worker_pool import cores

T = TypeVar("T")

SLICE = 32_768
"""Rays a slice: its arrays stay in a core's cache."""


def spread(work: Callable[[slice], T], count: int, *, size: int = SLICE) -> list[T]:
    """`work(slice)` for each slice of `count` items, results in order; as many at once as there are cores."""
    slices = [slice(start, min(start + size, count)) for start in range(0, count, size)]
    threads = min(cores(), len(slices))
    if threads < 2:
        return [work(part) for part in slices]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, slices))


def together(*jobs: Callable[[], object]) -> None:
    """Run different jobs side by side, for what they leave behind; the first error is raised."""
    with ThreadPoolExecutor(max(len(jobs), 1)) as pool:
        for done in [pool.submit(job) for job in jobs]:
            done.result()
