"""The error of levels of detail, beside gltfpack's at equal triangle counts.

Both use the source's textures at full size, so that only the geometry differs. Levels that Vitrine rebakes
are measured with their own textures.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.external_tools import BIN, install
from benchmarks.report import table, write_section
from benchmarks.shared_data import MODELS, require
from vitrine.errors import ModelError
from vitrine.gltf import read_glb
from vitrine.lods.build_lods import build_lods
from vitrine.recipe import Level, Recipe, WebOptions
from vitrine.render.metrics.certificate import Certificate, Reference, certify
from vitrine.render.scene import Scene
from vitrine.textures.display_size import display_size_px

SMALL_MODEL_RATIO = 0.5
"""For models with fewer triangles than the ladder: the target as a fraction of their own count."""

REBAKED = " \\*"


def run() -> None:
    """Measure and write the section."""
    require(MODELS)
    install()
    rows, better, worse, levels = [], 0, 0, 0
    for path in sorted(MODELS.glob("*.glb")):
        for name, ours, theirs in _compare_levels(path):
            levels += 1
            rows.append((name, *_cells(ours, theirs)))
            if ours is not None and theirs is not None:
                worse += _rms(ours) > 1.01 * _rms(theirs) or ours.ssim < theirs.ssim - 0.001
                better += _rms(ours) < 0.99 * _rms(theirs) or ours.ssim > theirs.ssim + 0.001
    head = ("model, triangles", "RMS, Vitrine", "gltfpack", "SSIM, Vitrine", "gltfpack")
    body = (
        "RMS distance of the surfaces, the larger of both directions, in ‱ of the diagonal; SSIM over twelve "
        f"viewpoints. Of {levels} levels, {better} are better than gltfpack's in RMS (by more than 1 %) or "
        f"in SSIM (by more than 0.001), and {worse} are worse in one of them. A dash: gltfpack left no "
        "triangles. \\*: Vitrine rebaked the level, with UVs and textures of its own.\n\n" + table(head, rows)
    )
    write_section("Levels of detail beside gltfpack's", "python -m benchmarks lod_quality", body)


def _compare_levels(path: Path) -> list[tuple[str, Certificate | None, Certificate | None]]:
    source = read_glb(path.read_bytes())
    reference = Reference(Scene(source))
    ladder = [level for level in Recipe().ladder if level.triangles < source.triangle_count]
    if not ladder:
        ladder = [Level(triangles=int(source.triangle_count * SMALL_MODEL_RATIO), texture_px=1024)]
    results: list[tuple[str, Certificate | None, Certificate | None]] = []
    with tempfile.TemporaryDirectory() as folder:
        theirs = [
            _gltfpack(path, Path(folder, f"{level.triangles}.glb"), level, source.triangle_count)
            for level in ladder
        ]
    # Vitrine gets the triangle counts that gltfpack reached, which can differ from the targets.
    counted = tuple(
        level if data is None else level.model_copy(update={"triangles": read_glb(data).triangle_count})
        for level, data in zip(ladder, theirs, strict=True)
    )
    files = build_lods(path.read_bytes(), counted, WebOptions())
    for level, file, data in zip(ladder, files, theirs, strict=True):
        px = display_size_px(level.texture_px)
        model, is_rebaked = (
            read_glb(file.data),
            any(finding.code == "LOD_REBAKED" for finding in file.findings),
        )
        if not is_rebaked:
            model = replace(model, materials=source.materials)
        ours = certify(reference, Scene(model), px)
        other = None if data is None else certify(reference, Scene(read_glb(data)), px)
        results.append((f"{path.stem}, {file.triangles:,}{REBAKED if is_rebaked else ''}", ours, other))
    return results


def _gltfpack(source: Path, target: Path, level: Level, triangles: int) -> bytes | None:
    ratio = f"{level.triangles / triangles:.6f}"
    command = [str(BIN / "gltfpack"), "-i", str(source), "-o", str(target), "-c", "-si", ratio, "-se", "1"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    data = target.read_bytes()
    try:
        read_glb(data)
    except ModelError:
        return None
    return data


def _rms(certificate: Certificate) -> float:
    assert certificate.to_source is not None
    return max(certificate.to_source.rms_percent, certificate.from_source.rms_percent) * 100


def _cells(ours: Certificate | None, theirs: Certificate | None) -> list[str]:
    pairs = [(_rms, "{:.2f}"), (lambda certificate: certificate.ssim, "{:.4f}")]
    return [
        "–" if certificate is None else form.format(measure(certificate))
        for measure, form in pairs
        for certificate in (ours, theirs)
    ]
