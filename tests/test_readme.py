"""The README tells the truth: its commands are run and their output compared, its table is checked."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vitrine.sandbox.engine import generate

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
VARYING = re.compile(r"job_\w+|\d[\d.,]*|(?<=volume m3: )none|(?<=watertight: )(true|false)")
"""Whether the preview model is watertight, and so has a volume, differs between machines."""


def examples() -> list[tuple[str, str]]:
    """(command, output) of every `console` block."""
    blocks = re.findall(r"```console\n\$ ([^\n]+)\n(.*?)```", README, flags=re.DOTALL)
    assert blocks, "the README shows no command"
    return blocks


def shape(output: str) -> list[str]:
    """Lines without what differs from run to run: numbers, widths, and the order of parallel steps."""
    lines = [" ".join(VARYING.sub("#", line).split()) for line in output.splitlines()]
    return sorted({line for line in lines if line and "processing for" not in line})


def test_every_command_prints_what_the_readme_shows(prefect_server: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    photo = (ROOT / "samples" / "stool.webp").read_bytes()
    (tmp_path / "stool.glb").write_bytes(generate(photo, faces=20_000, texture_size=512))
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("VITRINE_", "PREFECT_"))}
    env = inherited | {"VITRINE_HOME": str(tmp_path / "home"), "COLUMNS": "80"}
    env["PREFECT_API_URL"] = prefect_server  # one that runs already
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    for command, shown in examples():
        said = subprocess.run(
            command,
            shell=True,
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert said.returncode == 0, said.stderr
        assert shape(said.stdout) == shape(shown), command


def test_the_second_convert_buys_nothing_in_the_readme_either() -> None:
    (first, bought), (second, again) = examples()[:2]
    assert first == second
    assert "bought 1 for" in bought
    assert "bought nothing" in again


def steps() -> list[list[str]]:
    rows = re.findall(
        r"^\| ([a-z ]+) \| `(\w+)` \| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$", README, re.MULTILINE
    )
    return [list(row) for row in rows]


@pytest.mark.parametrize("row", steps(), ids=lambda row: row[1])
def test_a_step_has_one_name_everywhere(row: list[str]) -> None:
    """The same word in every cell, and in the code: the task calls the library's function of that name.

    Or it calls one that reads bytes in a worker process, and calls that function.
    """
    words, name, task, module, test = row
    assert words.replace(" ", "_") == name
    assert f"{name}(" in (ROOT / "flows" / "convert_product.py").read_text()
    assert [Path(cell).stem for cell in (task, module, test)] == [name, name, f"test_{name}"]
    assert task == f"tasks/{name}.py"
    assert test == module.replace("vitrine/", "tests/").replace(name, f"test_{name}")
    library = ast.parse((ROOT / module).read_text())
    assert name in {node.name for node in library.body if isinstance(node, FUNCTIONS)}
    source = ast.parse((ROOT / task).read_text())
    assert name in {node.name for node in source.body if isinstance(node, FUNCTIONS)}
    used = used_names(source)
    direct = f"{module.removesuffix('.py').replace('/', '.')}.{name}" in used
    assert direct or any(calls(function, name) for function in used if function.startswith("vitrine."))
    assert (ROOT / test).is_file()


def calls(function: str, name: str) -> bool:
    """Whether the body of a function of the library uses a name."""
    module, _, own = function.rpartition(".")
    path = ROOT / f"{module.replace('.', '/')}.py"
    if not path.is_file():
        return False
    bodies = [node for node in ast.parse(path.read_text()).body if isinstance(node, FUNCTIONS)]
    named = [node for node in bodies if node.name == own]
    return any(isinstance(node, ast.Name) and node.id == name for body in named for node in ast.walk(body))


def used_names(module: ast.Module) -> set[str]:
    """Full names of the imported functions that a module uses, whatever it calls them itself."""
    full: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom):
            full |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    loaded = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    attributes = {
        f"{full[node.value.id]}.{node.attr}"
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in full
    }
    return {full[name] for name in loaded & set(full)} | attributes


def test_the_table_lists_every_step_of_the_flow() -> None:
    flow = (ROOT / "flows" / "convert_product.py").read_text()
    imported = set(re.findall(r"^from tasks\.(\w+) import \1$", flow, re.MULTILINE)) - {
        "job_slot",
        "count_run",
    }
    assert {row[1] for row in steps()} == imported


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", README))
def test_links_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
