"""The time of `vitrine catalog`, beside an earlier commit and for unchanged products."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from benchmarks.checkout import REPOSITORY, check_out
from benchmarks.report import table, write_section
from benchmarks.sandbox_process import running_sandbox
from benchmarks.timing import Duration

SAMPLES = ("lamp.jpg", "mug.jpg", "radio.webp", "stool.webp", "vase.webp")
GENERATION = {"decimation_target": 10_000, "texture_size": 1024, "seed": 7}
RECIPE = {"generation": GENERATION, "fidelity": {"enabled": False}}


def main(arguments: list[str]) -> int:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks catalog", description=__doc__)
    parser.add_argument("--products", type=int, default=60)
    parser.add_argument("--faces", type=int, default=10_000, help="of each model that is bought")
    parser.add_argument("--before", help="a commit to compare with")
    options = parser.parse_args(arguments)
    rows = []
    with tempfile.TemporaryDirectory() as name:
        versions = {"now": REPOSITORY}
        if options.before:
            versions = {options.before: check_out(options.before, Path(name) / "before"), **versions}
        for label, code in versions.items():
            first, again = _measure(code, Path(name) / f"run-{label}", options.products, options.faces)
            rate = f"{options.products / first.wall_s * 60:.1f}"
            times = (f"{first.wall_s:.1f} s", f"{first.cpu_s:.1f} s")
            rows.append((label, *times, rate, f"{again.wall_s:.1f} s"))
    write_section(
        f"`vitrine catalog` of {options.products} products, models of {options.faces:,} faces",
        "python -m benchmarks catalog " + " ".join(arguments),
        "The sample photos in different sizes, preview models, a sandbox without latency, a new home for "
        "each version. CPU time is that of the command and its workers, without the Prefect server that it "
        "starts.\n\n" + table(("version", "time", "CPU time", "products a minute", "again, unchanged"), rows),
    )
    return 0


def _measure(code: Path, home: Path, products: int, faces: int) -> tuple[Duration, Duration]:
    """Convert the products with one version of the code, and again."""
    home.mkdir()
    feed, recipe = write_feed(home, products), home / "recipe.json"
    generation = {**GENERATION, "decimation_target": faces}
    recipe.write_text(json.dumps({**RECIPE, "generation": generation}))
    command = catalog_command(feed, home / "public", recipe)
    with running_sandbox(home, "--latency", "0", "--queue", "0", engine="preview") as url:
        env = catalog_env(home, url, code)
        return _timed(command, env), _timed(command, env)


def catalog_command(feed: Path, to: Path, recipe: Path) -> list[str]:
    """Return the command that converts a feed, by the code that `catalog_env` names."""
    program = [sys.executable, "-P", "-c", "from cli.main import main; main()"]
    return [*program, "catalog", str(feed), "--to", str(to), "--recipe", str(recipe)]


def catalog_env(home: Path, sandbox: str, code: Path = REPOSITORY) -> dict[str, str]:
    """Return the environment of a run in a home of its own, which buys from a sandbox."""
    return {
        **os.environ,
        "PYTHONPATH": str(code),
        "VITRINE_HOME": str(home),
        "VITRINE_LEDGER": f"sqlite:///{home / 'ledger.db'}",
        "VITRINE_SANDBOX_URL": sandbox,
    }


def _timed(command: list[str], env: dict[str, str]) -> Duration:
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise SystemExit(done.stdout.decode(errors="replace")[-3000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Duration(time.perf_counter() - start, cpu_s)


def write_feed(home: Path, products: int, photos: Path | None = None) -> Path:
    """Write a feed with a photo for each product: those of a folder or the samples, each time smaller."""
    samples = sorted(photos.iterdir()) if photos else [REPOSITORY / "samples" / name for name in SAMPLES]
    smaller = min(0.01, 0.6 * len(samples) / products)
    lines = ["id,title,photo"]
    for number in range(products):
        sample = samples[number % len(samples)]
        with Image.open(sample) as opened:
            photo = opened.convert("RGBA" if "A" in opened.mode else "RGB")
        scale = 1 - smaller * (number // len(samples))
        photo = photo.resize((round(photo.width * scale), round(photo.height * scale)))
        photo.save(home / f"{sample.stem}-{number}.png")
        lines.append(f"{sample.stem}-{number},{sample.stem} {number},{sample.stem}-{number}.png")
    feed = home / "products.csv"
    feed.write_text("\n".join(lines) + "\n")
    return feed
