"""Fixtures every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def _folder(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"no real {name} beside the repository")
    return folder


@pytest.fixture(scope="session")
def shared_photos() -> Path:
    """Real product photos: `cutout/*.webp` and `studio/*.png`."""
    return _folder("photos")


@pytest.fixture(scope="session")
def shared_models() -> Path:
    """Real and TRELLIS.2-shaped models, `*.glb`."""
    return _folder("models")
