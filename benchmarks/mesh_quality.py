"""Levels of detail at equal triangle counts, ours and gltfpack's, measured by the same certificate.

Both keep the source's own textures whole, so that nothing but the geometry differs. Only a level of ours that
is rebaked has its baked textures, as they are published.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.report import table, write_section
from benchmarks.tools import BIN, MODELS, install
from vitrine.errors import ModelError
from vitrine.gltf import read_glb
from vitrine.lods.build_lods import build_lods
from vitrine.recipe import Level, Recipe, WebOptions
from vitrine.render.metrics.certificate import Certificate, Reference, certify
from vitrine.render.scene import Scene
from vitrine.textures.display_size import display_size_px

SHARE = 0.5
"""For models below the ladder: how many of their own triangles are asked for."""

OWN = " \\*"


def run() -> None:
    install()
    rows, better, worse, levels = [], 0, 0, 0
    for path in sorted(MODELS.glob("*.glb")):
        for name, ours, theirs in _of_model(path):
            levels += 1
            rows.append((name, *_cells(ours, theirs)))
            if ours is not None and theirs is not None:
                worse += _rms(ours) > 1.01 * _rms(theirs) or ours.ssim < theirs.ssim - 0.001
                better += _rms(ours) < 0.99 * _rms(theirs) or ours.ssim > theirs.ssim + 0.001
    head = ("model, triangles", "RMS ours", "gltfpack", "SSIM ours", "gltfpack")
    body = (
        "RMS distance of the surfaces, the larger of both ways, in ‱ of the diagonal; SSIM over twelve "
        f"views. Of {levels} levels {better} are better by more than the noise (1 % of RMS, 0.001 of SSIM) "
        f"in one of the two, {worse} worse in one of them. A dash: nothing was left of the model. With "
        "\\*: rebaked, with UVs and textures of its own size.\n\n"
        + table(head, rows)
    )
    write_section("Levels of detail beside gltfpack's", "python -m benchmarks mesh_quality", body)


def _of_model(path: Path) -> list[tuple[str, Certificate | None, Certificate | None]]:
    source = read_glb(path.read_bytes())
    reference = Reference(Scene(source))
    ladder = [level for level in Recipe().ladder if level.triangles < source.triangle_count]
    if not ladder:
        ladder = [Level(triangles=int(source.triangle_count * SHARE), texture_px=1024)]
    results: list[tuple[str, Certificate | None, Certificate | None]] = []
    with tempfile.TemporaryDirectory() as folder:
        theirs = [
            _gltfpack(path, Path(folder, f"{level.triangles}.glb"), level, source.triangle_count)
            for level in ladder
        ]
    # As many triangles as they have, where they stopped short or went on.
    counted = tuple(
        level if data is None else level.model_copy(update={"triangles": read_glb(data).triangle_count})
        for level, data in zip(ladder, theirs, strict=True)
    )
    files = build_lods(path.read_bytes(), counted, WebOptions())
    for level, file, data in zip(ladder, files, theirs, strict=True):
        px = display_size_px(level.texture_px)
        model, own = read_glb(file.data), any(finding.code == "LOD_REBAKED" for finding in file.findings)
        if not own:
            model = replace(model, materials=source.materials)
        ours = certify(reference, Scene(model), px)
        other = None if data is None else certify(reference, Scene(read_glb(data)), px)
        results.append((f"{path.stem}, {file.triangles:,}{OWN if own else ''}", ours, other))
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
    return max(certificate.to_source.rms_percent, certificate.from_source.rms_percent) * 100


def _cells(ours: Certificate | None, theirs: Certificate | None) -> list[str]:
    pairs = [(_rms, "{:.2f}"), (lambda certificate: certificate.ssim, "{:.4f}")]
    return [
        "–" if certificate is None else form.format(measure(certificate))
        for measure, form in pairs
        for certificate in (ours, theirs)
    ]
