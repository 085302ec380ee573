"""What is killed: a bare buyer that uses the library, or `vitrine catalog` with the whole workflow."""

from __future__ import annotations

import colorsys
import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "vase.webp"


@dataclass(frozen=True)
class Way:
    """A command that is started, killed and started again until everything is published."""

    command: list[str]
    env: dict[str, str]
    published: Callable[[], int]
    longest_life_s: float
    """A killed process lives at most so long after it is ready."""
    ready: str
    """The start of the line it prints then."""


@contextlib.contextmanager
def library(
    home: Path, ledger_url: str, url: str, products: int, at_once: int, settle_s: float
) -> Iterator[Way]:
    """`benchmarks.buyer`: photo into the store, buy, bring home, a file for each product."""
    out = home / "published"
    out.mkdir()
    command = [sys.executable, "-m", "benchmarks.buyer", "--ledger", ledger_url, "--sandbox", url]
    command += ["--home", str(home), "--products", str(products), "--settle", str(settle_s)]
    command += ["--at-once", str(at_once)]
    yield Way(command, dict(os.environ), lambda: len(list(out.glob("*.json"))), 0.5, "started")


@contextlib.contextmanager
def catalog(home: Path, ledger_url: str, url: str, products: int, at_once: int) -> Iterator[Way]:
    """`vitrine catalog FEED`: every step of the workflow, against a Prefect server that lives on."""
    from deployments.server import local_server

    feed = make_feed(home / "feed", products)
    public = home / "public"
    command = [str(Path(sys.executable).with_name("vitrine")), "catalog", str(feed), "--to", str(public)]
    command += ["--concurrency", str(at_once)]
    with local_server(home / "prefect") as prefect:
        env = {
            **os.environ,
            "PREFECT_API_URL": prefect,
            "VITRINE_HOME": str(home),
            "VITRINE_LEDGER": ledger_url,
            "VITRINE_SANDBOX_URL": url,
        }
        yield Way(command, env, lambda: len(list(public.glob("products/*/current.json"))), 9.0, f"{feed}:")


def make_feed(folder: Path, products: int) -> Path:
    """A CSV feed of so many products, each with a photo of its own: a sample in another colour."""
    folder.mkdir()
    with Image.open(SAMPLE) as sample:
        photo = sample.convert("RGBA").resize((400, 400 * sample.height // sample.width))
    lines = ["id,title,photo"]
    for number in range(products):
        red, green, blue = colorsys.hsv_to_rgb(number / products, 0.5, 1.0)
        bands = photo.split()
        tinted = [
            band.point(lambda v, k=k: int(v * k)) for band, k in zip(bands, (red, green, blue), strict=False)
        ]
        Image.merge("RGBA", (*tinted, bands[3])).save(folder / f"vase-{number}.png")
        lines.append(f"vase-{number},Vase {number},vase-{number}.png")
    feed = folder / "products.csv"
    feed.write_text("\n".join(lines) + "\n")
    return feed
