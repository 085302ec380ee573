"""Measure each level against its source; build a level that misses anew, larger."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from vitrine.findings import finding
from vitrine.gltf.model import Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.lods.build_lods import build_lods_of
from vitrine.lods.built_file import BuiltFile
from vitrine.models import Finding
from vitrine.recipe import CertifyOptions, Level, WebOptions
from vitrine.render.metrics.certificate import Certificate, Reference, certify
from vitrine.render.scene import Scene
from vitrine.textures.display_size import display_size_px


@dataclass(frozen=True, slots=True)
class Certified:
    """Levels with what was measured of them, in the order they came."""

    files: tuple[BuiltFile, ...]
    certificates: tuple[Certificate, ...]
    findings: tuple[Finding, ...]


def certify_lods(
    source: Model,
    files: tuple[BuiltFile, ...],
    ladder: tuple[Level, ...],
    web: WebOptions,
    options: CertifyOptions,
    *,
    jobs: int | None = None,
) -> Certified:
    """Certificates for the levels that `build_lods_of(source, ladder, web)` built.

    A level below the limits of `options` is built once more with `step` times as many triangles, and the
    larger one is kept; `LOD_REGENERATED` says so, `LOD_BELOW_QUALITY` when that was not enough. Where
    `options` are not enabled, the files come back as they are, with no certificates.
    """
    if not options.enabled:
        return Certified(files, (), ())
    kept: list[BuiltFile] = []
    certificates: list[Certificate] = []
    findings: list[Finding] = []
    with ThreadPoolExecutor(1) as ahead:
        # Files are unpacked while the source is prepared and the levels before them are measured.
        scenes = deque(ahead.submit(_scene, file) for file in files)
        reference = Reference(Scene(source))
        for file, level in zip(files, ladder, strict=True):
            certificate = certify(reference, scenes.popleft().result(), display_size_px(level.texture_px))
            missed = _missed(certificate, options)
            if missed and file.triangles < source.triangle_count:
                wider = level.model_copy(update={"triangles": int(level.triangles * options.step)})
                (larger,) = build_lods_of(source, (wider,), web, jobs=jobs)
                now = f"{larger.triangles:,} now"
                findings.append(_finding("LOD_REGENERATED", file, missed, now))
                file = replace(larger, role=file.role)
                certificate = certify(reference, _scene(file), display_size_px(level.texture_px))
                missed = _missed(certificate, options)
            if missed:
                findings.append(_finding("LOD_BELOW_QUALITY", file, missed, "kept all the same"))
            kept.append(file)
            certificates.append(certificate)
    return Certified(tuple(kept), tuple(certificates), tuple(findings))


def _scene(file: BuiltFile) -> Scene:
    return Scene(read_glb(file.data))


def _missed(certificate: Certificate, options: CertifyOptions) -> tuple[str, float, float] | None:
    """The first limit that does not hold: its name, what was measured, and the limit."""
    rms = certificate.from_source.rms_percent
    for name, measured, limit, holds in (
        ("silhouette IoU", certificate.silhouette_iou, options.min_silhouette_iou, 1),
        ("SSIM", certificate.ssim, options.min_ssim, 1),
        ("RMS distance in % of the diagonal", rms, options.max_rms_percent, -1),
    ):
        if (measured - limit) * holds < 0:
            return name, measured, limit
    return None


def _finding(code: str, file: BuiltFile, missed: tuple[str, float, float], then: str) -> Finding:
    name, measured, limit = missed
    message = (
        f"{file.role} with {file.triangles:,} triangles: {name} is {measured:.3f}, "
        f"the limit is {limit:.3f}; {then}"
    )
    return finding(code, message, measured=measured, limit=limit)
