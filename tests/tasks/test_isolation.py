"""No task works on the bytes of a photo or a model in its own process."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import tasks

HEAVY = (
    "codecs",
    "destinations",
    "geometry",
    "gltf",
    "importers",
    "lods",
    "photos",
    "render",
    "repair",
    "textures",
    "usdz",
)
"""The folders of the library that parse, build, render or measure."""
HARMLESS = {
    *("put_files", "read_files"),  # move bytes
    *("choose_level", "named_destinations"),  # read records
    *("choose_photo", "fetch_photo", "find_model", "model_sha256"),  # fetch bytes, and hash the matte's file
}
SOURCES = sorted(Path(tasks.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_work_on_bytes_is_done_by_workers(source: Path) -> None:
    tree = ast.parse(source.read_text())
    heavy = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("vitrine"):
            for alias in node.names:
                path = f"{node.module}.{alias.name}".split(".")
                if path[1] in HEAVY:
                    heavy.add(alias.asname or alias.name)
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    own = {name for name in called if name.split(".")[0] in heavy and name.split(".")[-1] not in HARMLESS}
    assert own == set()
