"""A sandbox in a process of its own, for benchmarks and tests."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def running_sandbox(folder: Path, *options: str, engine: str = "stub") -> Iterator[str]:
    """Start a sandbox on a free port with its sales log in `folder`, and yield its URL. The exit kills it."""
    command = [sys.executable, "-m", "vitrine.sandbox", "--port", "0", "--engine", engine, *options]
    process = subprocess.Popen(
        [*command, "--processes", "0", "--book", str(folder / "sales.jsonl")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield line.split(" on ")[1].strip()
    finally:
        process.kill()
        process.wait()
