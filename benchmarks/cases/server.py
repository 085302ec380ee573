"""A small server of a case, run as a person would: `python SCRIPT MODE PORT`."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any


@contextlib.contextmanager
def serving(script: Path, mode: str) -> Iterator[str]:
    """Run the server of a case in one mode, for as long as the block runs; gives its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(script), mode, str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def modes(script: Path) -> list[str]:
    """Return the modes that a server lists when it is asked for a wrong one."""
    told = subprocess.run([sys.executable, str(script), "?"], capture_output=True, text=True, check=False)
    return [line.split()[0] for line in told.stderr.splitlines() if line.strip()]


def ask(url: str) -> Any:
    """Return the JSON at a loopback URL."""
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - a loopback URL made here
        return json.loads(answer.read())
