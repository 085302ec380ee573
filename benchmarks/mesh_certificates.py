"""What measuring costs: four certificates, a poster, and the memory of the largest model."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.report import table, write_section
from benchmarks.tools import MODELS, here, medians
from vitrine import optimize
from vitrine.gltf import read_glb
from vitrine.lods.build_lods import build_lods_of
from vitrine.lods.certify_lods import certify_lods
from vitrine.recipe import Recipe
from vitrine.render.pictures.render_poster import render_poster
from vitrine.repair.repair_model import repair

RECIPE = Recipe()


def run() -> None:
    model, _ = repair(read_glb((MODELS / "boots_500k.glb").read_bytes()), RECIPE.repair, None)
    lods = build_lods_of(model, RECIPE.ladder, RECIPE.web)

    def certificates() -> None:
        certify_lods(model, lods, RECIPE.ladder, RECIPE.web, RECIPE.certify)

    def poster() -> None:
        render_poster(model, RECIPE.poster)

    jobs = {"certificates of four levels": certificates, "poster, 1024 px": poster}
    took = medians({name: lambda job=job: here(job) for name, job in jobs.items()})  # type: ignore[misc]
    rows = [(what, f"{took.wall_s:.2f} s", f"{took.cpu_s:.2f} s") for what, took in took.items()]
    rows.append(("stroller_1m through all of optimize, peak memory", f"{_peak_bytes() / 1e9:.2f} GB", ""))
    write_section(
        "Certificates, poster and memory",
        "python -m benchmarks mesh_certificates",
        "boots_500k.glb, repaired; medians of 5.\n\n" + table(("what", "measured", "CPU"), rows),
    )


def _peak_bytes() -> int:
    """Peak resident size of a process that optimizes the largest model."""
    command = [sys.executable, "-m", "benchmarks.mesh_certificates", str(MODELS / "stroller_1m.glb")]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        optimize(Path(sys.argv[1]), name)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
