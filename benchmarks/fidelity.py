"""How well models match their own photos and those of others, and where the limits lie between the two."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.report import table, write_section
from benchmarks.tools import MODELS
from vitrine.geometry.proxy import build_proxy
from vitrine.gltf import read_glb
from vitrine.models import Fidelity
from vitrine.photos import prepare_photo
from vitrine.publishing.approve_model import fidelity_findings
from vitrine.recipe import FidelityOptions, PhotoOptions, RepairOptions
from vitrine.render.metrics.photo_match import match_photo
from vitrine.render.scene import Scene
from vitrine.repair.repair_model import repair
from vitrine.sandbox.engine import generate

PHOTOS = MODELS.parent / "photos"
SYNTHETIC = {
    "backpack_150k": "backpack",
    "boots_500k": "boots",
    "stroller_1m": "stroller",
    "chair_500k_shell_debris": "chair",
}
"""Models shaped like TRELLIS.2 exports, and the photos that they were made from."""


def run() -> None:
    photos = sorted(PHOTOS.glob("*/*.*"))
    with ProcessPoolExecutor(2) as pool:
        rows = list(pool.map(_against_all, range(len(photos))))
    own = [row[number] for number, row in enumerate(rows)] + _synthetic()
    others = [seen for number, row in enumerate(rows) for at, seen in enumerate(row) if at != number]
    held = sum(bool(fidelity_findings(seen, FidelityOptions())) for seen in others)
    limits = FidelityOptions()
    lines = [_line("the photo's own model", own), _line("another photo's model", others)]
    lines.append(("limit", f"{limits.min_silhouette_iou:.3f}", "", f"{limits.max_colour_delta_e:.1f}", ""))
    body = (
        f"{len(photos)} shared photos, each against the models that the sandbox's engine makes of all of "
        f"them, and {len(SYNTHETIC)} shared models against theirs. Of {len(others)} pairs that do not belong "
        f"together the limits hold {held}; of {len(own)} that do, "
        f"{sum(bool(fidelity_findings(seen, limits)) for seen in own)}.\n\n"
    )
    head = ("model", "outline IoU, least", "most", "colour ΔE, most", "least")
    write_section("Models against photos", "python -m benchmarks fidelity", body + table(head, lines))


def _line(what: str, seen: list[Fidelity]) -> tuple[str, ...]:
    outlines, colours = [s.silhouette_iou for s in seen], [s.colour_delta_e for s in seen]
    return (
        what,
        f"{min(outlines):.3f}",
        f"{max(outlines):.3f}",
        f"{max(colours):.1f}",
        f"{min(colours):.1f}",
    )


def _against_all(number: int) -> list[Fidelity]:
    """The model of one photo compared with every photo, in order."""
    cut_out = [_cut_out(path) for path in sorted(PHOTOS.glob("*/*.*"))]
    raw = read_glb(generate(cut_out[number], faces=200_000, texture_size=1024))
    scene = Scene(build_proxy(repair(raw, RepairOptions(), None)[0]))
    return [match_photo(photo, scene) for photo in cut_out]


def _synthetic() -> list[Fidelity]:
    found = []
    for model, photo in SYNTHETIC.items():
        glb = (MODELS / f"{model}.glb").read_bytes()
        cut_out = _cut_out(PHOTOS / "cutout" / f"{photo}.webp")
        seen = repair(read_glb(glb), RepairOptions(), None, photo=cut_out)[1].fidelity
        assert seen is not None
        found.append(seen)
    return found


def _cut_out(path: Path) -> bytes:
    return prepare_photo(path.read_bytes(), path.name, PhotoOptions())[0]
