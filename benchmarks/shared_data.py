"""The models and photos in `../shared` beside the repository, which some benchmarks need."""

from __future__ import annotations

from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"
MODELS = SHARED / "models"
PHOTOS = SHARED / "photos"


class SharedDataMissing(Exception):
    """A folder that a benchmark needs does not exist; the message names it."""


def require(*folders: Path) -> None:
    """Raise `SharedDataMissing` for the first of `folders` that does not exist."""
    for folder in folders:
        if not folder.is_dir():
            raise SharedDataMissing(f"it needs the folder {folder}, which does not exist")
