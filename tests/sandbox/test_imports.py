"""The sandbox stands on its own: only so can it contradict Vitrine's adapters."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import vitrine.sandbox

FOREIGN = ("providers", "gltf", "mesh", "photos", "render", "models", "recipe", "storage", "ledger")


def test_no_file_imports_vitrines_adapters_or_model_code():
    files = sorted(Path(vitrine.sandbox.__file__).parent.rglob("*.py"))
    assert len(files) > 20
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert not name.startswith(tuple(f"vitrine.{part}" for part in FOREIGN)), f"{file}: {name}"


def test_importing_it_loads_none_of_them():
    code = "import sys, vitrine.sandbox, vitrine.sandbox.engine; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {f"vitrine.{part}" for part in FOREIGN} & set(loaded.split())
