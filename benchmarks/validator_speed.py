"""The time and memory of validating large models, beside those of npm gltf-validator."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

from benchmarks.report import table, write_section
from benchmarks.shared_data import MODELS, require
from vitrine.gltf import validate

WEB = Path(__file__).parents[1] / "web"
NAMES = ("boots_500k", "stroller_1m", "chair_500k_shell_debris", "backpack_150k", "modern_sofa")
ROUNDS = 7


def run() -> None:
    """Measure and write the section."""
    require(MODELS)
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node") or "node"
    command = [node, str(WEB / "speed.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        rows = [_row(name, other) for name in NAMES if (MODELS / f"{name}.glb").is_file()]
        assert other.stdin is not None
        other.stdin.close()
    head = ("model", "MB", "npm gltf-validator", "Vitrine", "ratio", "memory beside the file", "same issues")
    write_section(
        "Validating a model",
        "python -m benchmarks validator_speed",
        f"Wall time in one process each, both started before: the least of {ROUNDS} validations, which take "
        "turns. The file is in memory; the memory that validation takes besides is Python's traced peak. "
        "npm gltf-validator is 2.0.0-dev.3.10 on Node.js.\n\n" + table(head, rows),
    )


def _row(name: str, other: subprocess.Popen[str]) -> tuple[str, ...]:
    path = MODELS / f"{name}.glb"
    data = path.read_bytes()
    theirs, ours = [], []
    for _ in range(ROUNDS):
        theirs.append(_ask(other, path))
        start = time.perf_counter()
        validate(data)
        ours.append(time.perf_counter() - start)
    tracemalloc.start()
    report = validate(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    found = sorted(f"{issue.code} {issue.pointer}" for issue in report.issues)
    slow, fast = min(answer["milliseconds"] for answer in theirs), min(ours) * 1000
    return (
        name,
        f"{len(data) / 1e6:.1f}",
        f"{slow:.0f} ms",
        f"{fast:.1f} ms",
        f"{slow / fast:.0f}×",
        f"{peak / 1e6:.1f} MB ({peak / len(data):.2f} × the file)",
        "yes" if found == sorted(set(theirs[0]["codes"])) else "no",
    )


def _ask(other: subprocess.Popen[str], path: Path) -> dict[str, Any]:
    assert other.stdin is not None
    assert other.stdout is not None
    other.stdin.write(f"{path}\n")
    other.stdin.flush()
    answer: dict[str, Any] = json.loads(other.stdout.readline())
    return answer
