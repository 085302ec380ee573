"""What is killed: a bare buyer that uses the library, or `vitrine catalog` with the whole workflow."""

from __future__ import annotations

import colorsys
import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "vase.webp"

RECIPE = {"fidelity": {"enabled": False}, "poster": {"size_px": 256}}
"""The models are the sandbox's stub, which is like no photo, and not worth a large picture."""


@dataclass(frozen=True)
class Way:
    """A command that is started, killed and started again until everything is published."""

    commands: list[list[str]]
    """One for each worker, the same at every start."""
    env: dict[str, str]
    published: Callable[[], int]
    longest_life_s: float
    """A killed process lives at most so long after it is ready."""
    ready: str
    """A part of the line it prints then."""


@contextlib.contextmanager
def library(
    home: Path, ledger_url: str, url: str, products: int, workers: int, listing_delay_s: float
) -> Iterator[Way]:
    """`benchmarks.buyer`: photo into the store, buy, bring home, a file for each product."""
    out = home / "published"
    out.mkdir()
    command = [sys.executable, "-m", "benchmarks.buyer", "--ledger", ledger_url, "--sandbox", url]
    command += ["--home", str(home), "--products", str(products), "--settle", str(listing_delay_s)]
    command += ["--at-once", str(3 // workers)]
    commands = [command] * workers
    yield Way(commands, dict(os.environ), lambda: len(list(out.glob("*.json"))), 0.5, "started")


@contextlib.contextmanager
def catalog(home: Path, ledger_url: str, url: str, products: int, workers: int) -> Iterator[Way]:
    """`vitrine catalog FEED`: every step of the workflow, against a Prefect server that lives on.

    Every second worker takes the same products from the other end, so that not both make all of them.
    """
    from deployments.server import local_server

    feeds = make_feeds(home / "feed", products)
    public = home / "public"
    vitrine = str(Path(sys.executable).with_name("vitrine"))
    recipe = home / "recipe.json"
    recipe.write_text(json.dumps(RECIPE))
    options = ["--to", str(public), "--concurrency", str(max(2, 4 // workers)), "--recipe", str(recipe)]
    commands = [[vitrine, "catalog", str(feeds[number % 2]), *options] for number in range(workers)]
    with local_server(home / "prefect") as prefect:
        env = {
            **os.environ,
            "PREFECT_API_URL": prefect,
            "VITRINE_HOME": str(home),
            "VITRINE_LEDGER": ledger_url,
            "VITRINE_SANDBOX_URL": url,
        }
        longest_life_s = 9.0 / workers
        yield Way(
            commands,
            env,
            lambda: len(list(public.glob("products/*/current.json"))),
            longest_life_s,
            f": {products} products",
        )


def make_feeds(folder: Path, products: int) -> tuple[Path, Path]:
    """Write a CSV feed of products, and the same products in reverse order.

    Each product has a photo of its own: a sample photo in another colour.
    """
    folder.mkdir()
    with Image.open(SAMPLE) as sample:
        photo = sample.convert("RGBA").resize((400, 400 * sample.height // sample.width))
    lines = []
    for number in range(products):
        red, green, blue = colorsys.hsv_to_rgb(number / products, 0.5, 1.0)
        bands = photo.split()
        tinted = [
            band.point(lambda v, k=k: int(v * k)) for band, k in zip(bands, (red, green, blue), strict=False)
        ]
        Image.merge("RGBA", (*tinted, bands[3])).save(folder / f"vase-{number}.png")
        lines.append(f"vase-{number},Vase {number},vase-{number}.png")
    feeds = folder / "products.csv", folder / "reversed.csv"
    for feed, rows in zip(feeds, (lines, lines[::-1]), strict=True):
        feed.write_text("\n".join(["id,title,photo", *rows]) + "\n")
    return feeds
