"""One table of finding codes, and the whole library goes by it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from vitrine.findings import CODES, finding

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(
    path
    for folder in ("vitrine", "tasks", "flows", "blocks", "cli")
    for path in (ROOT / folder).rglob("*.py")
    if not {"findings", "sandbox"} & set(path.parts)
)
FACTORIES = {"finding", "entry", "photo_finding"}
UPPER_SNAKE = re.compile(r"[A-Z]{2,}(_[A-Z]{2,})+")


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def literals(tree: ast.AST) -> set[str]:
    return {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


def test_findings_are_made_by_the_table_alone() -> None:
    """Nobody else calls `Finding(...)`, so no code has a severity of its own."""
    made = [path for path, tree in TREES.items() if any(name == "Finding" for name, _ in calls(tree))]
    assert made == []


def test_every_code_that_is_named_is_in_the_table() -> None:
    used: set[str] = set()
    for tree in TREES.values():
        named = [call for name, call in calls(tree) if name in FACTORIES]
        used |= {c.args[0].value for c in named if c.args and isinstance(c.args[0], ast.Constant)}
        if named:  # codes also reach the factory through variables and helpers
            used |= {text for text in literals(tree) if UPPER_SNAKE.fullmatch(text)}
    assert len(used) > 40
    assert used - CODES.keys() == set()


def test_every_code_is_used() -> None:
    used = set().union(*(literals(tree) for tree in TREES.values()))
    assert CODES.keys() - used == set()


@pytest.mark.parametrize("code", CODES)
def test_a_row_is_complete(code: str) -> None:
    row = CODES[code]
    assert re.fullmatch(r"[A-Z]+(_[A-Z0-9]+)*", code)
    assert row.severities
    assert row.subject
    assert row.meaning
    assert row.action


def test_a_finding_has_the_severity_of_the_table() -> None:
    assert finding("LOD_TOO_LARGE", "too large", measured=2, limit=1).severity == "warning"
    assert finding("CHARGED_OTHERWISE", "charged less", severity="info").severity == "info"
    with pytest.raises(ValueError, match="LOD_TOO_LARGE is warning, never info"):
        finding("LOD_TOO_LARGE", "too large", severity="info")
    with pytest.raises(KeyError):
        finding("NO_SUCH_CODE", "")


@pytest.mark.parametrize("measured", [float("inf"), float("nan")])
def test_a_measure_that_is_no_number_is_left_out(measured: float) -> None:
    assert finding("SIZE_UNLIKELY", "large", measured=measured).measured is None
