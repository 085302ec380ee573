"""The time of building all levels of detail, beside gltf-transform and gltfpack.

Vitrine builds all levels in one process; the other tools run once for each level.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.external_tools import gltf_transform, gltfpack, install
from benchmarks.report import table, write_section
from benchmarks.shared_data import MODELS, require
from benchmarks.timing import median_durations, time_commands
from vitrine.gltf import Material, read_glb, write_glb
from vitrine.lods.build_lods import build_lods
from vitrine.recipe import Recipe

RECIPE = Recipe()
SOURCE = "boots_500k"


def build(source: Path, folder: Path, jobs: int) -> None:
    """Build all levels: the part that is timed, in a process of its own, with its imports."""
    for file in build_lods(source.read_bytes(), RECIPE.ladder, RECIPE.web, jobs=jobs):
        (folder / f"{file.role}.glb").write_bytes(file.data)


def run() -> None:
    """Measure and write the section."""
    require(MODELS)
    install()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        textured = MODELS / f"{SOURCE}.glb"
        model = read_glb(textured.read_bytes())
        bare = folder / "bare.glb"
        bare.write_bytes(write_glb(replace(model, materials=(Material(),))))
        body = _side_by_side("gltf-transform", textured, folder, model.triangle_count)
        body += "\n\n" + _side_by_side("gltfpack", bare, folder, model.triangle_count)
        body += "\n\nOther work on the machine changes the wall-clock time, and hardly the CPU time."
    counts = ", ".join(f"{level.triangles:,}" for level in RECIPE.ladder)
    title = f"Levels of {counts} triangles from {SOURCE}.glb"
    write_section(title, "python -m benchmarks lod_speed", body)


def _side_by_side(tool: str, source: Path, folder: Path, triangles: int) -> str:
    """A table of Vitrine and another tool, on one core and on two: median times and file sizes."""
    commands, theirs = [], []
    for level in RECIPE.ladder:
        target = folder / f"{tool}-{level.triangles}.glb"
        theirs.append(target)
        ratio = level.triangles / triangles
        if tool == "gltfpack":
            commands.append(gltfpack(source, target, ratio))
        else:
            commands.append(gltf_transform(source, target, ratio, level.texture_px))
    ours = folder / f"vitrine-{tool}"
    ours.mkdir()
    command = [sys.executable, "-m", "benchmarks.lod_speed", str(source), str(ours)]
    rows = []
    for cores in (2, 1):
        took = median_durations(
            {
                "vitrine": lambda cores=cores: time_commands([[*command, str(cores)]], cores),  # type: ignore[misc]
                tool: lambda cores=cores: time_commands(commands, cores),  # type: ignore[misc]
            }
        )
        ours_s, theirs_s = took["vitrine"], took[tool]
        rows.append(
            (
                cores,
                *(f"{took.wall_s:.2f} s" for took in (ours_s, theirs_s)),
                f"{theirs_s.wall_s / ours_s.wall_s:.1f} ×",
                *(f"{took.cpu_s:.2f} s" for took in (ours_s, theirs_s)),
                f"{theirs_s.cpu_s / ours_s.cpu_s:.1f} ×",
            )
        )
    sizes = [sum(path.stat().st_size for path in paths) for paths in (sorted(ours.iterdir()), theirs)]
    what = "WebP 2048, 1024, 512, 256" if tool == "gltf-transform" else "geometry only"
    return f"{tool}, {what}; all files {sizes[0]:,} B (Vitrine) and {sizes[1]:,} B ({tool}).\n\n" + table(
        ("cores", "Vitrine", tool, "ratio", "Vitrine, CPU time", f"{tool}, CPU time", "ratio"), rows
    )


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
