"""The other tools, from npm, and how a command is timed."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BIN = HERE / "node_modules" / ".bin"
MODELS = HERE.parents[1] / "shared" / "models"
ROUNDS = 5


def install() -> None:
    """Bring gltf-transform and gltfpack, at the versions of the lock file, if they are not here yet."""
    if (BIN / "gltf-transform").exists() and (BIN / "gltfpack").exists():
        return
    npm = shutil.which("npm", path=str(Path(sys.executable).parent)) or shutil.which("npm")
    if npm is None:
        sys.exit("no npm: `make setup` brings one")
    subprocess.run([npm, "ci", "--prefix", str(HERE), "--silent", "--no-audit", "--no-fund"], check=True)


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and of all cores together: the second hardly minds other work on the machine."""

    wall_s: float
    cpu_s: float


def seconds(commands: Sequence[Sequence[str]], cores: int) -> Took:
    """What commands take, one after another, on `cores` cores."""
    allowed = set(sorted(os.sched_getaffinity(0))[:cores])
    start, before = time.perf_counter(), os.times()
    for command in commands:
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, allowed),
        )
    wall, after = time.perf_counter() - start, os.times()
    user, system = after.children_user - before.children_user, after.children_system - before.children_system
    return Took(wall, user + system)


def medians(jobs: dict[str, Callable[[], Took]], rounds: int = ROUNDS) -> dict[str, Took]:
    """Medians of each job over `rounds`, taken in turn so that a busy moment hits all alike."""
    times: dict[str, list[Took]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            times[name].append(job())
    return {
        name: Took(statistics.median(t.wall_s for t in taken), statistics.median(t.cpu_s for t in taken))
        for name, taken in times.items()
    }


def here(job: Callable[[], object]) -> Took:
    """What a call in this process takes."""
    start, before = time.perf_counter(), time.process_time()
    job()
    return Took(time.perf_counter() - start, time.process_time() - before)


def gltf_transform(source: Path, target: Path, ratio: float, texture_px: int) -> list[str]:
    """One level as its users make it: simplify, resize, WebP, meshopt."""
    options = ["--compress", "meshopt", "--texture-compress", "webp", "--texture-size", str(texture_px)]
    options += ["--simplify-ratio", f"{ratio:.6f}", "--simplify-error", "1"]
    return [str(BIN / "gltf-transform"), "optimize", str(source), str(target), *options]


def gltfpack(source: Path, target: Path, ratio: float) -> list[str]:
    """One level: simplify, quantize, meshopt; attributes are kept though no texture reads them."""
    options = ["-c", "-kv", "-si", f"{ratio:.6f}", "-se", "1"]
    return [str(BIN / "gltfpack"), "-i", str(source), "-o", str(target), *options]
