"""The demo shop of `vitrine demo --shop`: it sells the sample products, and its export is converted."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from vitrine.errors import VitrineError
from vitrine.publishing.pages.serve import serve_folder


@dataclass(frozen=True, slots=True)
class DemoShop:
    """A running demo shop, and its export."""

    url: str
    export: Path


@contextmanager
def demo_shop(samples: Path, folder: Path, port: int = 0) -> Iterator[DemoShop]:
    """Run a demo shop with the sample products while the body runs; port 0 takes a free one.

    Its keys are in the environment then, and its photos may be fetched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with serve_folder(samples) as photos:
        products = [
            {
                "handle": row["id"],
                "title": row["title"],
                "sku": row["id"].upper(),
                "images": [f"{photos.url}/{row['photo']}"],
            }
            for row in csv.DictReader((samples / "products.csv").open(encoding="utf-8"))
        ]
        settings = folder / "shop.json"
        settings.write_text(json.dumps({"products": products}), encoding="utf-8")
        os.environ["VITRINE_FETCH_HOSTS"] = urlsplit(photos.url).netloc
        with _process(settings, port) as url:
            export = folder / "products_export.csv"
            answer = httpx.get(f"{url}/sandbox/shop/export.csv", trust_env=False)
            export.write_bytes(answer.raise_for_status().content)
            os.environ |= {
                "SHOPIFY_SHOP": "demo",
                "SHOPIFY_ACCESS_TOKEN": "shpat_demo",
                "SHOPIFY_BASE_URL": url,
            }
            yield DemoShop(url, export)


@contextmanager
def _process(settings: Path, port: int) -> Iterator[str]:
    """Run the shop as a process of its own; yield its URL."""
    command = [sys.executable, "-m", "vitrine.sandbox.shops", "--port", str(port)]
    command += ["--settings", str(settings), "--parent-pid", str(os.getpid())]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if "listening on " not in line:
            raise VitrineError(f"the demo shop did not start (exit code {process.wait()})")
        yield line.rsplit(" ", 1)[-1].strip()
    finally:
        process.terminate()
        process.wait(timeout=10)
