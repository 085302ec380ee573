"""The default ladder, whole processes side by side: ours once, theirs once for each level."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.report import table, write_section
from benchmarks.tools import MODELS, gltf_transform, gltfpack, install, medians, seconds
from vitrine.gltf import Material, read_glb, write_glb
from vitrine.lods.build_lods import build_lods
from vitrine.recipe import Recipe

RECIPE = Recipe()
SOURCE = "boots_500k"


def build(source: Path, folder: Path, jobs: int) -> None:
    """What is timed: a fresh Python process, imports included."""
    for file in build_lods(source.read_bytes(), RECIPE.ladder, RECIPE.web, jobs=jobs):
        (folder / f"{file.role}.glb").write_bytes(file.data)


def run() -> None:
    install()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        textured = MODELS / f"{SOURCE}.glb"
        model = read_glb(textured.read_bytes())
        bare = folder / "bare.glb"
        bare.write_bytes(write_glb(replace(model, materials=(Material(),))))
        body = _side_by_side("gltf-transform", textured, folder, model.triangle_count)
        body += "\n\n" + _side_by_side("gltfpack", bare, folder, model.triangle_count)
        body += "\n\nWhatever else runs on the machine shows in the clock, and hardly in the CPU time."
    counts = ", ".join(f"{level.triangles:,}" for level in RECIPE.ladder)
    title = f"Ladder of {counts} triangles from {SOURCE}.glb"
    write_section(title, "python -m benchmarks mesh_ladder", body)


def _side_by_side(rival: str, source: Path, folder: Path, triangles: int) -> str:
    """A table of both tools on one core and on two: medians of wall time, and the bytes of all levels."""
    commands, theirs = [], []
    for level in RECIPE.ladder:
        target = folder / f"{rival}-{level.triangles}.glb"
        theirs.append(target)
        ratio = level.triangles / triangles
        if rival == "gltfpack":
            commands.append(gltfpack(source, target, ratio))
        else:
            commands.append(gltf_transform(source, target, ratio, level.texture_px))
    ours = folder / f"vitrine-{rival}"
    ours.mkdir()
    me = [sys.executable, "-m", "benchmarks.mesh_ladder", str(source), str(ours)]
    rows = []
    for cores in (2, 1):
        took = medians(
            {
                "vitrine": lambda cores=cores: seconds([[*me, str(cores)]], cores),  # type: ignore[misc]
                rival: lambda cores=cores: seconds(commands, cores),  # type: ignore[misc]
            }
        )
        ours_s, theirs_s = took["vitrine"], took[rival]
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
    what = "WebP 2048, 1024, 512, 256" if rival == "gltf-transform" else "geometry only"
    return (
        f"{rival}, {what}; files in sum {sizes[0]:,} B (Vitrine) and {sizes[1]:,} B ({rival}).\n\n"
        + table(("cores", "Vitrine", rival, "faster", "Vitrine, CPU", f"{rival}, CPU", "less"), rows)
    )


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
