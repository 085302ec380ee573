"""The folder of a download: one of this process, in the work store's cache, deleted with the process."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vitrine.ledger.owner import is_gone, me
from vitrine.private_files import FOLDER_MODE

FOLDER = "downloads"
OTHER_MACHINE_KEEP_S = 86_400.0
"""How long a folder of another machine is kept: a day, where a download may take a quarter of an hour."""
_SWEPT: set[Path] = set()


@contextmanager
def download_folder(cache: Path) -> Iterator[Path]:
    """Make an empty folder below `cache` for one download, and delete it after the block. Raises `OSError`.

    The first call for a cache deletes the folders that killed processes left there.
    """
    root = cache / FOLDER
    root.mkdir(parents=True, exist_ok=True)
    if root not in _SWEPT:
        _SWEPT.add(root)
        sweep(root)
    folder = root / f"{me().replace('/', '~')}~{secrets.token_hex(4)}"
    folder.mkdir(mode=FOLDER_MODE)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(root: Path) -> None:
    """Delete the download folders of processes that have ended."""
    for folder in root.iterdir():
        gone = is_gone(folder.name.rpartition("~")[0].replace("~", "/"))
        try:
            old = time.time() - folder.stat().st_mtime > OTHER_MACHINE_KEEP_S
        except OSError:
            continue  # its owner has just deleted it
        if gone or (gone is None and old):
            shutil.rmtree(folder, ignore_errors=True)
