"""How well models match their own photo and other photos, and whether the limits separate the two."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.report import table, write_section
from benchmarks.shared_data import MODELS, PHOTOS, require
from vitrine.geometry.proxy import build_proxy
from vitrine.gltf import read_glb
from vitrine.models import Fidelity
from vitrine.photos.prepare_photo import prepare_photo
from vitrine.publishing.approve_model import fidelity_findings
from vitrine.recipe import FidelityOptions, PhotoOptions, RepairOptions
from vitrine.render.metrics.photo_match import match_photo
from vitrine.render.scene import Scene
from vitrine.repair.repair_model import repair
from vitrine.sandbox.engine import generate

PHOTO_OF_MODEL = {
    "backpack_150k": "backpack",
    "boots_500k": "boots",
    "stroller_1m": "stroller",
    "chair_500k_shell_debris": "chair",
}
"""Models in the form of TRELLIS.2 exports, and the cut-out photos that they were made from."""


def run() -> None:
    """Measure and write the section."""
    require(MODELS, PHOTOS)
    photos = sorted(PHOTOS.glob("*/*.*"))
    with ProcessPoolExecutor(2) as pool:
        rows = list(pool.map(_match_all_photos, range(len(photos))))
    matching = [row[number] for number, row in enumerate(rows)] + _match_shared_models()
    others = [found for number, row in enumerate(rows) for at, found in enumerate(row) if at != number]
    limits = FidelityOptions()
    refused = sum(bool(fidelity_findings(found, limits)) for found in others)
    refused_matching = sum(bool(fidelity_findings(found, limits)) for found in matching)
    lines = [_line("the photo's own model", matching), _line("another photo's model", others)]
    lines.append(("limit", f"{limits.min_silhouette_iou:.3f}", "", f"{limits.max_colour_delta_e:.1f}", ""))
    body = (
        f"{len(photos)} shared photos, matched with the sandbox engine's models of all of them, and "
        f"{len(PHOTO_OF_MODEL)} shared models, matched with their photos. Of {len(others)} pairs of a photo "
        f"and another photo's model, the limits refuse {refused}; of {len(matching)} pairs of a photo and "
        f"its own model, {refused_matching}.\n\n"
    )
    head = ("model", "silhouette IoU, min", "max", "colour ΔE, max", "min")
    write_section("Models against photos", "python -m benchmarks photo_match", body + table(head, lines))


def _line(name: str, found: list[Fidelity]) -> tuple[str, ...]:
    outlines, colours = [f.silhouette_iou for f in found], [f.colour_delta_e for f in found]
    return (
        name,
        f"{min(outlines):.3f}",
        f"{max(outlines):.3f}",
        f"{max(colours):.1f}",
        f"{min(colours):.1f}",
    )


def _match_all_photos(number: int) -> list[Fidelity]:
    """Match the sandbox engine's model of one photo with every photo, in order."""
    cut_out = [_cut_out(path) for path in sorted(PHOTOS.glob("*/*.*"))]
    raw = read_glb(generate(cut_out[number], faces=200_000, texture_size=1024))
    scene = Scene(build_proxy(repair(raw, RepairOptions(), None)[0]))
    return [match_photo(photo, scene) for photo in cut_out]


def _match_shared_models() -> list[Fidelity]:
    found: list[Fidelity] = []
    for model, photo in PHOTO_OF_MODEL.items():
        glb = (MODELS / f"{model}.glb").read_bytes()
        cut_out = _cut_out(PHOTOS / "cutout" / f"{photo}.webp")
        fidelity = repair(read_glb(glb), RepairOptions(), None, photo=cut_out)[1].fidelity
        assert fidelity is not None
        found.append(fidelity)
    return found


def _cut_out(path: Path) -> bytes:
    return prepare_photo(path.read_bytes(), path.name, PhotoOptions())[0]
