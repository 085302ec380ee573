"""One feed of each format through `vitrine catalog`: how many of its products are published.

The feeds are those of the test suite; their photos come from a server on loopback, which has the samples.
"""

from __future__ import annotations

import argparse
import functools
import json
import shutil
import subprocess
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.catalog import catalog_command, catalog_env
from benchmarks.report import table, write_section
from benchmarks.sandbox_process import running_sandbox

SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*.webp"))
RECIPE = {
    "generation": {"decimation_target": 10_000},
    "fidelity": {"enabled": False},
    "certify": {"enabled": False},
}
EXPORTS = (
    *("classic", "new", "new, tabs", "classic, semicolons", "bulk, grouped", "bulk, not grouped"),
    *("REST, products", "GraphQL, edges", "RSS", "Atom, another prefix", "TSV", "CSV, names with g:"),
    *("labels in en", "labels in de", "a file", "a graph", "a page with several scripts"),
    *("a group of variants", "our lines", "our table"),
)


class Photos(BaseHTTPRequestHandler):
    """Answers every path with one of the samples."""

    def do_GET(self) -> None:
        data = SAMPLES[zlib.crc32(self.path.encode()) % len(SAMPLES)].read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "image/webp")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(arguments: list[str]) -> int:
    """Convert the feeds and write the section; 1 if a product of one of them was not published."""
    argparse.ArgumentParser(prog="python -m benchmarks formats", description=__doc__).parse_args(arguments)
    from tests.fixtures.exports.all_exports import EXPORTS as ALL
    from tests.fixtures.exports.build import CDN

    by_name = {export.name: export for export in ALL}
    rows: list[tuple[str, str, int, int, str, str]] = []
    with tempfile.TemporaryDirectory() as name, _photo_server() as url:
        home = Path(name)
        (home / "recipe.json").write_text(json.dumps(RECIPE))
        with running_sandbox(home, "--latency", "0", "--queue", "0", engine="preview") as sandbox:
            convert = functools.partial(_convert, home, sandbox, url)
            for export in map(by_name.__getitem__, EXPORTS):
                data = export.data.replace(CDN.encode(), url.encode())
                data = data.replace(CDN.replace("/", "\\/").encode(), url.encode())
                feed = home / f"feed-{len(rows)}"
                feed.write_bytes(data)
                rows.append((export.kind, export.name, *convert(feed, len(export.products))))
            folder = home / "photos"
            folder.mkdir()
            for sample in SAMPLES:
                shutil.copy(sample, folder)
            rows.append(("folder", "photos", *convert(folder, len(SAMPLES))))
    write_section(
        "Feeds of every format",
        "python -m benchmarks formats",
        "The feeds are those of the test suite; their photos come from a server on loopback, which has the "
        "samples. The sandbox sells previews of 10,000 faces; no certificates; one home, so that Prefect's "
        "server runs from the second feed on.\n\n"
        + table(("format", "feed", "products", "published", "time", "the run's first line"), rows),
    )
    return int(any(row[2] != row[3] for row in rows))


def _convert(home: Path, sandbox: str, photos: str, feed: Path, products: int) -> tuple[int, int, str, str]:
    """Convert a feed; return its number of products, how many have a page, the time and the first line."""
    public = home / f"public-{feed.name}"
    command = catalog_command(feed, public, home / "recipe.json")
    env = catalog_env(home, sandbox) | {"VITRINE_FETCH_HOSTS": photos.removeprefix("http://")}
    start = time.perf_counter()
    done = subprocess.run(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    took = f"{time.perf_counter() - start:.1f} s"
    pages = [page for page in public.glob("products/*/index.html") if page.stat().st_size > 1000]
    if len(pages) != products:
        print(done.stdout[-2000:], flush=True)
    return products, len(pages), took, done.stdout.partition("\n")[0].removeprefix(f"{feed}: ")


@contextmanager
def _photo_server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Photos)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
