"""Fixtures every test may use."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

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


@pytest.fixture(scope="session")
def validate_glb() -> Callable[[Iterable[Path]], list[dict[str, Any]]]:
    """The Khronos glTF validator: paths in, one `{path, errors, warnings, messages, …}` for each, in order.

    One process for all paths, so hand it many at a time.
    """
    web = Path(__file__).resolve().parents[1] / "web"
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if node is None or not (web / "node_modules" / "gltf-validator").is_dir():
        pytest.skip("no node, or no gltf-validator in web/node_modules (`make setup` brings both)")

    def validate(paths: Iterable[Path]) -> list[dict[str, Any]]:
        command = [node, str(web / "validate.mjs"), *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return validate
