"""What `crash_recovery` kills: a process that uses the library, `vitrine catalog` or `vitrine convert`."""

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
"""The sandbox's stub model matches no photo, and a small poster takes less time."""

MAX_DELAY_S = 4.0
"""How long a command may go on once it is due to be killed."""


@dataclass(frozen=True)
class Target:
    """A command that is killed and restarted until all products are published."""

    commands: list[list[str]]
    """One for each worker; a restart runs the same command."""
    env: dict[str, str]
    published: Callable[[], int]
    """Counts the published products."""
    max_delay_s: float
    """A process is killed at most this long after it is due to be."""
    ready: str
    """Text that a process prints when it is ready."""


@contextlib.contextmanager
def library(
    home: Path, ledger_url: str, url: str, products: int, workers: int, listing_delay_s: float
) -> Iterator[Target]:
    """`benchmarks.buying_process`, which uses the library without Prefect."""
    out = home / "published"
    out.mkdir()
    command = [sys.executable, "-m", "benchmarks.buying_process", "--ledger", ledger_url, "--sandbox", url]
    command += ["--home", str(home), "--products", str(products), "--listing-delay", str(listing_delay_s)]
    command += ["--at-once", str(3 // workers)]
    commands = [command] * workers
    yield Target(commands, dict(os.environ), lambda: len(list(out.glob("*.json"))), 0.5, "started")


@contextlib.contextmanager
def commands(
    home: Path, ledger_url: str, url: str, products: int, workers: int, *, convert: bool = False
) -> Iterator[Target]:
    """`vitrine catalog FEED`, or `vitrine convert PHOTO …`, with a Prefect server that is not killed.

    Every second worker takes the products in reverse order, so that the workers meet in the middle.
    """
    from deployments.server import local_server

    feeds = make_feeds(home / "feed", products)
    public = home / "public"
    vitrine = str(Path(sys.executable).with_name("vitrine"))
    recipe = home / "recipe.json"
    recipe.write_text(json.dumps(RECIPE))
    options = ["--to", str(public), "--recipe", str(recipe)]
    if convert:
        photos = [str(home / "feed" / f"vase-{number}.png") for number in range(products)]
        lines = [[vitrine, "convert", *order, *options] for order in (photos, photos[::-1])]
    else:
        options += ["--concurrency", str(max(2, 4 // workers))]
        lines = [[vitrine, "catalog", str(feed), *options] for feed in feeds]
    with local_server(home / "prefect", idle_s=0) as prefect:
        env = {
            **os.environ,
            "PREFECT_API_URL": prefect,
            "VITRINE_HOME": str(home),
            "VITRINE_LEDGER": ledger_url,
            "VITRINE_SANDBOX_URL": url,
        }
        yield Target(
            [lines[number % 2] for number in range(workers)],
            env,
            lambda: len(list(public.glob("products/*/current.json"))),
            MAX_DELAY_S,
            " · prepare_photo" if convert else f": {products} products",
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
