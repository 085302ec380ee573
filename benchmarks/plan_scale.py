"""How long `vitrine plan` and an unchanged `vitrine catalog` take for catalogues of many products."""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.report import table, write_section
from tasks.code_version import step_versions
from vitrine.models import Product
from vitrine.models.product import slug_of
from vitrine.planning import RunHashes
from vitrine.planning.photo_hashes import PhotoHashes
from vitrine.publishing.catalog_manifest import CatalogEntry, CatalogManifest
from vitrine.publishing.pointer import Pointer
from vitrine.recipe import Recipe
from vitrine.storage.keys import CATALOG_POINTER, catalog_release_key, page_key, release_key
from vitrine.storage.local import LocalBucket

TITLE = "Planning large catalogues"
PHOTO_BYTES = 20_000
JSON = "application/json"


class Measured(NamedTuple):
    """A command that has ended."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def main(arguments: Sequence[str]) -> int:
    """Measure catalogues of the given sizes, each in a new home, and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks plan_scale", description=__doc__)
    parser.add_argument("--products", type=int, nargs="+", default=[60, 1_000, 10_000, 100_000])
    options = parser.parse_args(arguments)
    rows = [row for count in options.products for row in _measure(count)]
    head = ["products", "command", "wall s", "CPU s", "peak MB"]
    command = "python -m benchmarks plan_scale"
    note = (
        f"Whole commands on a CSV feed with a photo of {PHOTO_BYTES:,} bytes for each product; everything is "
        "published and nothing has changed. The first plan reads every photo; later ones know the files by "
        "size and time. No server is started, nothing is bought, no task runs. Peak MB is the largest "
        "resident set."
    )
    write_section(TITLE, command, f"{table(head, rows)}\n\n{note}")
    return 0


def _measure(count: int) -> Iterator[tuple[str, str, str, str, str]]:
    with tempfile.TemporaryDirectory(prefix="vitrine-plan-") as name:
        folder = Path(name)
        publish(folder, count)
        vitrine = str(Path(sys.executable).with_name("vitrine"))
        plan = [vitrine, "plan", "feed.csv", "--to", "public"]
        catalog = [vitrine, "catalog", "feed.csv", "--to", "public", "--json"]
        for label, command in (("plan, first", plan), ("plan, again", plan), ("catalog", catalog)):
            measured = _run(command, folder)
            yield (
                f"{count:,}",
                label,
                f"{measured.wall_s:.1f}",
                f"{measured.cpu_s:.1f}",
                f"{measured.peak_mb:.0f}",
            )


def publish(folder: Path, count: int) -> None:
    """Write a feed of products, and the catalogue that a run of it would have published.

    The releases themselves are not there: an unchanged run reads the catalogue's manifest alone.
    """
    bucket = LocalBucket(folder / "public")
    run = RunHashes.of(Recipe(), "sandbox", step_versions())
    hashes = PhotoHashes.open(folder)
    entries = []
    with (folder / "feed.csv").open("w") as feed:
        feed.write("id,title,photo\n")
        for number in range(count):
            product = _product(folder, number)
            feed.write(f"{product.id},{product.title},{product.photos[0]}\n")
            inputs = run.inputs(product, hashes.of(product.photos))
            slug, release = slug_of(product.id), f"{number:016x}"
            entries.append(
                CatalogEntry(
                    id=product.id,
                    slug=slug,
                    title=product.title,
                    release=release,
                    manifest=release_key(slug, release),
                    page=page_key(slug),
                    inputs=inputs,
                    pointer_etag=release,
                )
            )
    (folder / "photos.sqlite3").unlink()
    manifest = CatalogManifest(title="Catalogue", products=tuple(entries), details=dict(run.details))
    key = catalog_release_key(manifest.id)
    bucket.put(key, manifest.to_json(), media_type=JSON)
    pointer = Pointer(release=manifest.id, manifest=key, serial=1)
    bucket.put(CATALOG_POINTER, pointer.to_json(), media_type=JSON)


def _product(folder: Path, number: int) -> Product:
    photo = folder / "photos" / f"{number % 1000:03}" / f"p{number}.jpg"
    photo.parent.mkdir(parents=True, exist_ok=True)
    photo.write_bytes(number.to_bytes(8, "big") * (PHOTO_BYTES // 8))
    os.utime(photo, (1e9, 1e9))
    return Product(id=f"p{number}", title=f"Product {number}", photos=(str(photo),))


def _run(command: Sequence[str], folder: Path) -> Measured:
    """Run one command; raises `CalledProcessError` when it fails."""
    env = {**os.environ, "VITRINE_HOME": str(folder / "home")}
    with (folder / "out.txt").open("wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=out, stderr=out)
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        text = (folder / "out.txt").read_text()[-2000:]
        raise subprocess.CalledProcessError(process.returncode, command, text)
    usage: resource.struct_rusage = used
    return Measured(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
