"""The other tools, from npm, and how a command is timed."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
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


def seconds(commands: Sequence[Sequence[str]], cores: int) -> float:
    """Wall time of commands, one after another, on `cores` cores."""
    allowed = set(sorted(os.sched_getaffinity(0))[:cores])
    start = time.perf_counter()
    for command in commands:
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, allowed),
        )
    return time.perf_counter() - start


def medians(jobs: dict[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, float]:
    """Median time of each job over `rounds`, taken in turn so that a busy moment hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            times[name].append(job())
    return {name: statistics.median(taken) for name, taken in times.items()}


def gltf_transform(source: Path, target: Path, ratio: float, texture_px: int) -> list[str]:
    """One level as its users make it: simplify, resize, WebP, meshopt."""
    options = ["--compress", "meshopt", "--texture-compress", "webp", "--texture-size", str(texture_px)]
    options += ["--simplify-ratio", f"{ratio:.6f}", "--simplify-error", "1"]
    return [str(BIN / "gltf-transform"), "optimize", str(source), str(target), *options]


def gltfpack(source: Path, target: Path, ratio: float) -> list[str]:
    """One level: simplify, quantize, meshopt; attributes are kept though no texture reads them."""
    options = ["-c", "-kv", "-si", f"{ratio:.6f}", "-se", "1"]
    return [str(BIN / "gltfpack"), "-i", str(source), "-o", str(target), *options]
