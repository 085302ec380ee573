"""The time of certificates and a poster, and the peak memory of optimizing the largest model."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.report import table, write_section
from benchmarks.shared_data import MODELS, require
from benchmarks.timing import median_durations, time_call
from vitrine import optimize
from vitrine.gltf import read_glb
from vitrine.lods.build_lods import build_lods_of
from vitrine.lods.certify_lods import certify_lods
from vitrine.recipe import Recipe
from vitrine.render.pictures.render_poster import render_poster_image
from vitrine.repair.repair_model import repair

RECIPE = Recipe()


def run() -> None:
    """Measure and write the section."""
    require(MODELS)
    model, _ = repair(read_glb((MODELS / "boots_500k.glb").read_bytes()), RECIPE.repair, None)
    lods = build_lods_of(model, RECIPE.ladder, RECIPE.web)

    def certificates() -> None:
        certify_lods(model, lods, RECIPE.ladder, RECIPE.web, RECIPE.certify)

    def poster() -> None:
        render_poster_image(model, RECIPE.poster)

    calls = {"certificates of four levels": certificates, "poster, 1024 px": poster}
    durations = median_durations({name: lambda call=call: time_call(call) for name, call in calls.items()})  # type: ignore[misc]
    rows = [(name, f"{took.wall_s:.2f} s", f"{took.cpu_s:.2f} s") for name, took in durations.items()]
    rows.append(("optimize stroller_1m, peak memory", f"{_peak_bytes() / 1e9:.2f} GB", ""))
    write_section(
        "Certificates, poster and memory",
        "python -m benchmarks certificate_speed",
        "boots_500k.glb after repair; medians of 5 runs.\n\n" + table(("", "time", "CPU time"), rows),
    )


def _peak_bytes() -> int:
    """The peak resident set size of a process that optimizes the largest model."""
    command = [sys.executable, "-m", "benchmarks.certificate_speed", str(MODELS / "stroller_1m.glb")]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        optimize(Path(sys.argv[1]), name)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
