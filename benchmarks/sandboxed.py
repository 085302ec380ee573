"""A sandbox process of one's own, for as long as a block runs: for tests and measurements."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def sandbox(folder: Path, *options: str, engine: str = "stub") -> Iterator[str]:
    """A sandbox process with its sales book in `folder`; its URL."""
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
