"""A folder for a sandbox without a book: gone with it, or, if it was killed, with the next one."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from vitrine.sandbox.processes import alive

PREFIX = "vitrine-sandbox-"


def open_scratch() -> tempfile.TemporaryDirectory[str]:
    """A new folder in the system's temp folder, named after this process; those of ended ones are removed."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        pid = left.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and not alive(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-")
