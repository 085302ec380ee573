"""The time of the whole `vitrine optimize`, beside gltf-transform's four bare levels."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.external_tools import gltf_transform, install
from benchmarks.report import table, write_section
from benchmarks.shared_data import MODELS, SharedDataMissing, require
from benchmarks.timing import ROUNDS, Duration, median_durations, time_commands
from vitrine.gltf import read_glb
from vitrine.recipe import Recipe

RECIPE = Recipe()
SOURCES = ("boots_500k", "chair_500k_shell_debris", "backpack_150k", "stroller_1m")
VITRINE = [sys.executable, "-c", "from cli.main import main; main()"]
PARTS = {"everything": [], "--no-certify --no-pictures": ["--no-certify", "--no-pictures"]}
HEAD = ("model, cores", "Vitrine", "gltf-transform", "ratio", "CPU time", "gltf-transform", "ratio", "memory")


def main(arguments: list[str]) -> int:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks whole", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="runs of each command; medians are stated")
    parser.add_argument("--models", nargs="+", default=SOURCES, help="names of models in shared/models")
    parser.add_argument("--cores", nargs="+", type=int, default=(2, 1))
    options = parser.parse_args(arguments)
    try:
        require(MODELS)
    except SharedDataMissing as error:
        print(f"whole was skipped: {error}", file=sys.stderr)
        return 1
    install()
    rows = [
        row
        for name in options.models
        for cores in options.cores
        for row in _rows(MODELS / f"{name}.glb", cores, options.rounds)
    ]
    write_section(
        "Whole `vitrine optimize` beside gltf-transform's levels alone",
        f"python -m benchmarks whole --rounds {options.rounds}",
        "Vitrine repairs the model and writes four levels, the files for AR, certificates, a poster and a "
        "contact sheet; gltf-transform writes the four levels, in a process each. Whole processes, medians "
        f"of {options.rounds} alternating runs. Memory is the peak of Vitrine's largest process.\n\n"
        + table(HEAD, rows),
    )
    return 0


def _rows(source: Path, cores: int, rounds: int) -> list[tuple[object, ...]]:
    """One row for each part of Vitrine, beside the same run of gltf-transform."""
    triangles = read_glb(source.read_bytes()).triangle_count
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        theirs = []
        for level in RECIPE.ladder:
            target, ratio = folder / f"{level.triangles}.glb", level.triangles / triangles
            theirs.append(gltf_transform(source, target, ratio, level.texture_px))
        ours = {
            part: [*VITRINE, "optimize", str(source), "--to", str(folder / "out"), *flags]
            for part, flags in PARTS.items()
        }
        took = median_durations(
            {
                "gltf-transform": lambda: time_commands(theirs, cores),
                **{part: lambda line=line: time_commands([line], cores) for part, line in ours.items()},  # type: ignore[misc]
            },
            rounds,
        )
        return [
            _row(
                f"{source.stem}, {cores}: {part}",
                took[part],
                took["gltf-transform"],
                _peak_bytes(line),
            )
            for part, line in ours.items()
        ]


def _row(label: str, ours: Duration, theirs: Duration, peak_bytes: int) -> tuple[object, ...]:
    return (
        label,
        *(f"{took.wall_s:.2f} s" for took in (ours, theirs)),
        f"{theirs.wall_s / ours.wall_s:.2f} ×",
        *(f"{took.cpu_s:.2f} s" for took in (ours, theirs)),
        f"{theirs.cpu_s / ours.cpu_s:.2f} ×",
        f"{peak_bytes / 1e6:,.0f} MB",
    )


def _peak_bytes(command: list[str]) -> int:
    """The peak resident set size of the largest process of a command."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_maxrss * 1024
