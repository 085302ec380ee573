"""Cases that are models: what `vitrine optimize` makes of each."""

from __future__ import annotations

from pathlib import Path

from benchmarks.cases import model_facts
from benchmarks.cases.container_table import ALL_MODELS
from benchmarks.cases.records import Row, expected_of

SUFFIXES = (".glb", ".gltf", ".zip", ".obj", ".ply", ".stl", ".fbx", ".usdz")


def files(folder: Path) -> list[Path]:
    """Return the files of a case that a person would hand to `vitrine optimize`."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def judge(cases: Path, path: Path, work: Path) -> Row:
    """Run one model and judge its outputs. To be called in a process of its own."""
    case, name = path.relative_to(cases).parts[0], str(path.relative_to(cases))
    expected = expected_of(name, ALL_MODELS)
    facts, answer = model_facts.optimize(path, work, tuple(expected.options.get("arguments", ())))
    facts["cases"] = cases
    faults = expected.faults(facts)
    if "Traceback" in answer.err:
        outcome, got = "crashed", answer.err.strip().splitlines()[-1]
    elif faults:
        outcome, got = "wrong", "; ".join(faults)
    else:
        outcome = "right"
        got = facts["message"] if facts["code"] else "; ".join(facts["findings"]) or "read"
    return Row(case, name.partition("/")[2], expected.says, got, outcome, answer.cpu_s, answer.wall_s)  # type: ignore[arg-type]
