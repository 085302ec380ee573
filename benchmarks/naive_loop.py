"""`vitrine catalog` beside the loop of the documentation: order, sleep, poll, download, then the next one."""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from PIL import Image

from benchmarks.catalog import write_feed
from benchmarks.report import table, write_section
from benchmarks.sandbox_process import running_sandbox
from benchmarks.workers import RECIPE

REPOSITORY = Path(__file__).parents[1]
LATENCY_S = 15
SLEEP_S = 5.0


def main(arguments: list[str]) -> int:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks naive_loop", description=__doc__)
    parser.add_argument("--products", type=int, default=50)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        feed = write_feed(home, options.products)
        photos = [home / line.rsplit(",", 1)[1] for line in feed.read_text().split("\n")[1:-1]]
        warm = home / "warm.csv"
        with Image.open(photos[0]) as photo:
            photo.resize((photo.width // 2, photo.height // 2)).save(home / "warm.png")
        warm.write_text("id,title,photo\nwarm,Warm,warm.png\n")
        ours: list[Measured] = []
        for first in (None, warm):
            with _sandbox(home) as url:
                if first:
                    _catalog(url, home / "warm", first)
                before = _sales(url)
                seconds = _catalog(url, home / ("warm" if first else "new"), feed)
                ours.append(Measured(seconds, *_less(_sales(url), before)))
        with _sandbox(home) as url:
            loop = Measured(_naive(url, photos), *_sales(url))
    rows = [
        (label, f"{run.seconds:.0f} s", run.models, f"${run.usd}", f"{loop.seconds / run.seconds:.1f} ×")
        for label, run in (
            ("the loop: raw models", loop),
            ("`vitrine catalog`, the first command in a new home: published products", ours[0]),
            ("`vitrine catalog`, an earlier command's server is running: published products", ours[1]),
        )
    ]
    write_section(
        f"{options.products} products beside the loop of the documentation",
        f"python -m benchmarks naive_loop --products {options.products}",
        f"A sandbox that takes {LATENCY_S} s for a model, with its stub engine. The loop orders one model, "
        f"sleeps {SLEEP_S:.0f} s until it is done, downloads it, and goes on; it repairs, checks and "
        "publishes nothing. `vitrine catalog --concurrency 50` does all of that, with a small recipe. A "
        "command's Prefect server stays for the next one for ten minutes.\n\n"
        + table(("", "time", "models bought", "spent", "faster"), rows),
    )
    return 0


class Measured(NamedTuple):
    """A run: its time, and what it bought."""

    seconds: float
    models: int
    usd: Decimal


@contextmanager
def _sandbox(home: Path) -> Iterator[str]:
    """A sandbox with an empty sales log."""
    (home / "sales.jsonl").unlink(missing_ok=True)
    with running_sandbox(home, "--latency", str(LATENCY_S), "--queue", "0", engine="stub") as url:
        yield url


def _less(sales: tuple[int, Decimal], before: tuple[int, Decimal]) -> tuple[int, Decimal]:
    return sales[0] - before[0], sales[1] - before[1]


def _naive(url: str, photos: list[Path]) -> float:
    """Run the loop; return the seconds it took."""
    start = time.perf_counter()
    client = httpx.Client(base_url=url, headers={"Authorization": "Bearer sandbox"}, timeout=60)
    for photo in photos:
        image = "data:image/png;base64," + base64.b64encode(photo.read_bytes()).decode()
        order: dict[str, Any] = {"model": "trellis-2-4b", "image": image, "seed": 7}
        job = client.post("/v1/3d/generations", json=order).raise_for_status().json()["job_id"]
        while (status := client.get(f"/v1/jobs/{job}").json())["status"] not in ("completed", "failed"):
            time.sleep(SLEEP_S)
        photo.with_suffix(".glb").write_bytes(
            httpx.get(_model_url(status["result"])).raise_for_status().content
        )
    return time.perf_counter() - start


def _model_url(result: object) -> str:
    """The first URL in a result."""
    if isinstance(result, str) and result.startswith("http"):
        return result
    values = result.values() if isinstance(result, dict) else result if isinstance(result, list) else ()
    return next((url for value in values if (url := _model_url(value))), "")


def _catalog(url: str, home: Path, feed: Path) -> float:
    """Run the whole command; return the seconds it took."""
    home.mkdir(exist_ok=True)
    recipe = home / "recipe.json"
    recipe.write_text(json.dumps(RECIPE))
    env = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "VITRINE_HOME": str(home),
        "VITRINE_SANDBOX_URL": url,
    }
    command = [sys.executable, "-c", "from cli.main import main; main()", "catalog", str(feed)]
    command += ["--to", str(home / "public"), "--recipe", str(recipe), "--concurrency", "50"]
    start = time.perf_counter()
    subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def _sales(url: str) -> tuple[int, Decimal]:
    """How many models were bought, and for how many dollars."""
    sales = httpx.get(f"{url}/sandbox/sales").json()["sales"]
    return len(sales), sum((Decimal(str(sale["price_usd"])) for sale in sales), Decimal(0))
