"""The sandbox shares no code with the clients that are tested against it, and its folders form a DAG."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import vitrine.sandbox

FOLDER = Path(vitrine.sandbox.__file__).parent
FILES = sorted(FOLDER.rglob("*.py"))
SHARED = {"vitrine.record", "vitrine.defaults"}
"""The base of records, and the default port: neither knows anything of a provider."""
LAYERS = ("engine", "faults", "settings", "jobs", "protocols", "app")
"""From low to high. A module imports its own layer and lower ones."""


def imports_of(file: Path) -> list[str]:
    """The modules that a file imports, wherever in it."""
    names = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def test_no_file_imports_anything_else_of_vitrine_but_records_and_defaults():
    assert len(FILES) > 40
    for file in FILES:
        for name in imports_of(file):
            allowed = name.startswith(("vitrine.sandbox.", *(f"{module}." for module in SHARED)))
            assert allowed or name.partition(".")[0] != "vitrine", f"{file}: {name}"


def test_importing_it_loads_nothing_else_of_vitrine():
    code = "import sys, vitrine.sandbox, vitrine.sandbox.engine; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    ours = {name for name in loaded.split() if name.startswith("vitrine.")}
    assert {name for name in ours if not name.startswith("vitrine.sandbox")} == SHARED


def test_layers_import_only_lower_ones():
    for file in FILES:
        layer = file.relative_to(FOLDER).parts[0].removesuffix(".py")
        if layer not in LAYERS:
            continue
        for name in imports_of(file):
            target = name.removeprefix("vitrine.sandbox.").partition(".")[0]
            if name.startswith("vitrine.sandbox.") and target in LAYERS:
                assert LAYERS.index(target) <= LAYERS.index(layer), f"{file}: {name}"
