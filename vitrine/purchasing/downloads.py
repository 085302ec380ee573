"""Where downloads land: a folder of this process in the work store's cache, swept when its owner is gone."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vitrine.ledger.owner import is_gone, me

FOLDER = "downloads"
STRANGER_S = 86_400.0
"""A landing of another machine is left alone for a day: a download may take a quarter of an hour at most."""
_SWEPT: set[Path] = set()


@contextmanager
def download_folder(cache: Path) -> Iterator[Path]:
    """An empty folder below `cache` for one download, gone with the block. Raises `OSError`.

    What a killed process left there is removed first, once for each process and cache.
    """
    root = cache / FOLDER
    root.mkdir(parents=True, exist_ok=True)
    if root not in _SWEPT:
        _SWEPT.add(root)
        sweep(root)
    here = root / f"{me().replace('/', '~')}~{secrets.token_hex(4)}"
    here.mkdir()
    try:
        yield here
    finally:
        shutil.rmtree(here, ignore_errors=True)


def sweep(root: Path) -> None:
    """Remove the landings of processes that have ended; those of living ones stay."""
    for folder in root.iterdir():
        gone = is_gone(folder.name.rpartition("~")[0].replace("~", "/"))
        try:
            old = time.time() - folder.stat().st_mtime > STRANGER_S
        except OSError:
            continue  # its owner was quicker
        if gone or (gone is None and old):
            shutil.rmtree(folder, ignore_errors=True)
