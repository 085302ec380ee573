"""The temporary folder of a sandbox that has no sales log."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from vitrine.sandbox.processes import process_exists

PREFIX = "vitrine-sandbox-"


def create_temp_folder() -> tempfile.TemporaryDirectory[str]:
    """Create a temporary folder whose name has this process's id.

    Also removes the folders of processes that have ended: a killed sandbox leaves its folder behind.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        pid = left.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and not process_exists(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-")
