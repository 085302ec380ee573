"""Feeds of 1 GB: peak memory beside that of a feed of a tenth, and the time to the first product.

Each feed is written to a temporary folder and read in a process of its own, which keeps no product.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.feed_files import FORMATS, write_feed
from benchmarks.report import table, write_section

READER = """
import json, resource, sys, time
begin = time.perf_counter()
from vitrine.feeds import stream_feed
stream = stream_feed(sys.argv[1])
products = iter(stream)
next(products)
first_s = time.perf_counter() - begin
first_cpu_s = time.process_time()
for _ in products:
    pass
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
cpu = resource.getrusage(resource.RUSAGE_SELF).ru_utime
counts = [stream.products, len(stream.findings)]
print(json.dumps([first_s, first_cpu_s, *counts, peak, cpu, time.perf_counter() - begin]))
"""


def measure(name: str, folder: Path, size_bytes: int) -> dict[str, Any]:
    """Write a feed, read it in another process, and return what that process took."""
    path = folder / "feed"
    written = write_feed(name, path, size_bytes)
    begin = time.perf_counter()
    result = subprocess.run(
        [sys.executable, "-c", READER, str(path)], capture_output=True, text=True, check=True
    )
    whole_s = time.perf_counter() - begin
    path.unlink()
    first_s, first_cpu_s, products, findings, peak_mb, cpu_s, read_s = json.loads(result.stdout)
    return {
        "right": products == written and not findings,
        "products": products,
        "first_s": first_s + whole_s - read_s,  # with the start of the process
        "first_cpu_s": first_cpu_s,
        "peak_mb": peak_mb,
        "cpu_s": cpu_s,
    }


def main(arguments: list[str]) -> int:
    """Measure every format, and write the section. Returns 1 if products are missing or wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks feed_memory", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000, help="size of the large feeds (default: 1000)")
    parser.add_argument("--formats", nargs="+", default=[*FORMATS], choices=[*FORMATS], metavar="NAME")
    options = parser.parse_args(arguments)
    rows = []
    right = True
    with tempfile.TemporaryDirectory() as folder:
        for name in options.formats:
            small = measure(name, Path(folder), options.megabytes * 100_000)
            large = measure(name, Path(folder), options.megabytes * 1_000_000)
            right = right and small["right"] and large["right"]
            rows.append(
                [
                    name,
                    f"{large['products']:,}",
                    f"{large['first_s']:.2f} s",
                    f"{large['first_cpu_s']:.2f} s",
                    f"{small['peak_mb']:.0f} MB",
                    f"{large['peak_mb']:.0f} MB",
                    f"{large['peak_mb'] / small['peak_mb']:.2f}",
                    f"{options.megabytes / large['cpu_s']:.0f} MB/s",
                ]
            )
    size = f"{options.megabytes:,} MB"
    head = [
        "format",
        "products",
        "first product",
        "its CPU time",
        f"peak, {options.megabytes // 10} MB",
        f"peak, {size}",
    ]
    body = table([*head, "ratio", "by CPU time"], rows)
    note = (
        "The first product counts from the start of the process, with its imports. Other work on the machine "
    )
    note += "changes the wall-clock time, and hardly the CPU time."
    command = f"python -m benchmarks feed_memory --megabytes {options.megabytes}"
    if options.formats != [*FORMATS]:
        command += " --formats " + shlex.join(options.formats)
    write_section(f"Feeds of {size}: memory and the first product", command, f"{note}\n\n{body}")
    return 0 if right else 1
