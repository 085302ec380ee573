"""How long a catalogue takes: a simulation of products, cores and a provider, beside real runs.

Each product takes a place among those in work, then a core for its photo, then the provider's time, then a
core for each step on its model. Cores, jobs and places are waited for in order.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import os
import random
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.catalog import RECIPE, catalog_command, catalog_env, write_feed
from benchmarks.report import table, write_section
from benchmarks.sandbox_process import running_sandbox

PHOTO_SHARE = 0.15
"""Of a product's CPU time, what comes before the purchase."""
MESH_STEPS = 7


@dataclass(frozen=True)
class World:
    """What a catalogue runs on."""

    products: int
    cores: int
    """Of all workers."""
    in_work: int
    """Products in work at the same time, over all workers: workers × runs × `concurrency`."""
    cpu_s: float
    """CPU time of one product, on its own core."""
    latency_s: float
    """From an order to its model."""
    jitter: float = 0.0
    """Standard deviation of the latency, as a part of it."""
    jobs: int = 1_000_000
    """Jobs that the account runs at the same time."""
    orders_a_minute: float = 1e9
    start_s: float = 0.0
    """Before the first product."""


Wait = tuple[str, float]
"""A resource and 0 to take it, or "time" and seconds."""


def simulate(world: World, seed: int = 1) -> float:
    """Return the seconds until the last product is done."""
    chance = random.Random(seed)
    free = {"core": world.cores, "job": world.jobs, "place": world.in_work}
    queues: dict[str, deque[Generator[Wait, None, None]]] = {name: deque() for name in free}
    events: list[tuple[float, int, Generator[Wait, None, None]]] = []
    ids = itertools.count()
    next_order = world.start_s
    now = world.start_s

    def product() -> Generator[Wait, None, None]:
        nonlocal next_order
        yield "place", 0
        yield from on_core(world.cpu_s * PHOTO_SHARE)
        yield "job", 0
        at = max(now, next_order)
        next_order = at + 60 / world.orders_a_minute
        yield "time", at - now + max(chance.gauss(world.latency_s, world.jitter * world.latency_s), 0)
        release("job")
        for _ in range(MESH_STEPS):
            yield from on_core(world.cpu_s * (1 - PHOTO_SHARE) / MESH_STEPS)
        release("place")

    def on_core(seconds: float) -> Generator[Wait, None, None]:
        yield "core", 0
        yield "time", seconds
        release("core")

    def release(name: str) -> None:
        free[name] += 1
        if queues[name]:
            free[name] -= 1
            heapq.heappush(events, (now, next(ids), queues[name].popleft()))

    for _ in range(world.products):
        heapq.heappush(events, (now, next(ids), product()))
    while events:
        now, _, running = heapq.heappop(events)
        for name, seconds in running:
            if name == "time":
                heapq.heappush(events, (now + seconds, next(ids), running))
                break
            if not free[name]:
                queues[name].append(running)
                break
            free[name] -= 1
    return now


def main(arguments: list[str]) -> int:
    """Calibrate on two small runs, predict two larger ones, run them, and write the section."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks simulate", description=__doc__)
    parser.add_argument("--products", type=int, default=48, help="of the run without latency")
    parser.add_argument(
        "--slow-products", type=int, default=30, help="of the run that waits for its provider"
    )
    parser.add_argument("--latency", type=float, default=12.0, help="of that run, in seconds")
    options = parser.parse_args(arguments)
    cores, few, more = os.cpu_count() or 1, 6, 18
    small, large = (_real(count, latency_s=0, concurrency=2 * cores) for count in (few, more))
    cpu_s = (large - small) / (more - few) * cores
    world = World(products=few, cores=cores, in_work=2 * cores, cpu_s=cpu_s, latency_s=0, start_s=0.0)
    world = replace(world, start_s=max(small - simulate(world), 0))
    rows = []
    for changed, label in (
        (replace(world, products=options.products), "no latency: the cores are the limit"),
        (
            replace(world, products=options.slow_products, latency_s=options.latency, in_work=cores),
            f"{options.latency:g} s of latency, {cores} in work: the provider is",
        ),
    ):
        predicted = simulate(changed)
        real = _real(changed.products, latency_s=changed.latency_s, concurrency=changed.in_work)
        rows.append(
            (label, changed.products, f"{predicted:.0f} s", f"{real:.0f} s", f"{predicted / real - 1:+.0%}")
        )
    shops = [
        (
            f"{count:,}",
            f"{machines} × {each}",
            jobs,
            _span(
                simulate(
                    replace(
                        world,
                        products=count,
                        cores=machines * each,
                        in_work=max(2 * machines * each, 2 * jobs),
                        latency_s=60,
                        jitter=0.3,
                        jobs=jobs,
                        start_s=30,
                    )
                )
            ),
        )
        for count, machines, each, jobs in (
            (100, 1, 2, 10),
            (10_000, 1, 4, 50),
            (10_000, 4, 4, 50),
            (100_000, 8, 8, 200),
        )
    ]
    write_section(
        "How long a catalogue takes",
        "python -m benchmarks simulate",
        f"`vitrine catalog` on this machine; preview models of 10,000 faces. Two runs of {few} and {more} "
        f"products give {cpu_s:.2f} core seconds a product and {world.start_s:.0f} s before the first; the "
        "simulation predicts larger runs, which were not used for it.\n\n"
        + table(("run", "products", "predicted", "measured", "difference"), rows)
        + "\n\nThe same simulation with a latency of 60 s ± 30 %:\n\n"
        + table(("products", "machines × cores", "jobs at once", "predicted"), shops),
    )
    return 0


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _real(products: int, *, latency_s: float, concurrency: int) -> float:
    """Run `vitrine catalog` in a new home, and return its seconds."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        feed, recipe = write_feed(home, products), home / "recipe.json"
        recipe.write_text(json.dumps(RECIPE))
        command = [*catalog_command(feed, home / "public", recipe), "--concurrency", str(concurrency)]
        with running_sandbox(home, "--latency", str(latency_s), "--queue", "0", engine="preview") as url:
            env = catalog_env(home, url)
            start = time.perf_counter()
            subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return time.perf_counter() - start
