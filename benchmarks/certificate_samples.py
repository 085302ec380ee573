"""The RMS distances of certificates beside those of another program with twenty times the samples."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec

import numpy as np
import trimesh

from benchmarks.report import table, write_section
from benchmarks.shared_data import MODELS, SharedDataMissing, require
from vitrine.gltf import read_glb
from vitrine.lods.build_lods import build_lods_of
from vitrine.lods.certify_lods import certify_lods
from vitrine.recipe import Recipe
from vitrine.render.scene import Scene
from vitrine.repair.repair_model import repair

RECIPE = Recipe()
SOURCES = ("boots_500k", "chair_500k_shell_debris", "backpack_150k", "stroller_1m")
SAMPLES = 200_000


def main(arguments: list[str]) -> int:
    """Measure and write the section. It needs the package `rtree`, which trimesh's closest points use."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks certificate_samples", description=__doc__)
    parser.add_argument("--models", nargs="+", default=SOURCES, help="names of models in shared/models")
    options = parser.parse_args(arguments)
    try:
        require(MODELS)
    except SharedDataMissing as error:
        print(f"certificate_samples was skipped: {error}", file=sys.stderr)
        return 1
    if find_spec("rtree") is None:
        print("certificate_samples was skipped: trimesh needs `pip install rtree`", file=sys.stderr)
        return 1
    rows = [row for name in options.models for row in _rows(name)]
    worst = max(abs(ours / theirs - 1) for _, _, ours, theirs in rows)
    cells = [
        (f"{name}, {role}", f"{ours:.5f}", f"{theirs:.5f}", f"{ours / theirs - 1:+.1%}")
        for name, role, ours, theirs in rows
    ]
    write_section(
        "Certificates beside an independent sampler",
        "python -m benchmarks certificate_samples",
        "RMS distance from the repaired source to the level, in percent of the diagonal: Vitrine's 10,000 "
        "stratified samples, and trimesh's `sample_surface` and `closest_point` with "
        f"{SAMPLES:,}. The largest difference is "
        f"{worst:.1%}.\n\n" + table(("model, level", "Vitrine", "trimesh", "difference"), cells),
    )
    return 0


def _rows(name: str) -> list[tuple[str, str, float, float]]:
    """The name, the level, and both distances in percent."""
    model, _ = repair(read_glb((MODELS / f"{name}.glb").read_bytes()), RECIPE.repair, None)
    files = build_lods_of(model, RECIPE.ladder, RECIPE.web)
    scene = Scene(model)
    certified = certify_lods(scene, files, RECIPE.ladder, RECIPE.web, RECIPE.certify)
    points, _ = trimesh.sample.sample_surface(_mesh(scene), SAMPLES, seed=1)
    rows = []
    for file, level, quality in zip(certified.files, certified.scenes, certified.qualities, strict=True):
        metres = trimesh.proximity.closest_point(_mesh(level), points)[1]  # type: ignore[no-untyped-call]
        theirs = 100 * float(np.sqrt(np.square(metres).mean())) / scene.diagonal_m
        rows.append((name, file.role, quality.rms_percent, theirs))
    return rows


def _mesh(scene: Scene) -> trimesh.Trimesh:
    return trimesh.Trimesh(scene.positions, scene.triangles, process=False)
