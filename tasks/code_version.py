"""Hash the code that decides what a step computes. Nothing here imports Prefect."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import vitrine
from tasks.import_closure import import_closure, versions

LIBRARY = Path(vitrine.__file__).parent
STEP_DIGITS = 8
BUILDING = (
    "prepare_photo",
    "repair_model",
    "build_lods",
    "build_ar",
    "build_usdz",
    "build_destinations",
    "check_destinations",
    "render_poster",
    "build_destinations",
    "certify_lods",
    "check_destinations",
    "render_turntable",
    "draw_levels",
    "publish_release",
)
"""The steps whose code decides what is published; a new way of buying builds nothing again."""


def code_version(source: Path, package: Path = LIBRARY) -> str:
    """Hash everything that decides what the step in the file `source` computes; sha256 in hex.

    That is the file itself, the modules of `package` that it imports, directly or through others, and the
    installed versions of the distributions that these modules import.
    """
    files, distributions = import_closure(source, package)
    digest = hashlib.sha256(source.read_bytes())
    for path in files:
        digest.update(f"\0{path.relative_to(package)}\0".encode() + _sha256(path))
    digest.update(json.dumps(versions(distributions)).encode())
    return digest.hexdigest()


@functools.cache
def step_versions() -> Mapping[str, str]:
    """Return step -> hash of its code, for the steps whose code decides what is published."""
    folder = Path(__file__).parent
    files = {step: folder / f"{step}.py" for step in BUILDING}
    return {step: code_version(file)[:STEP_DIGITS] for step, file in files.items() if file.exists()}


@functools.cache
def _sha256(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()
