"""Measure each level of detail against its source, and build it again, larger, if it falls short."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from vitrine.findings import finding
from vitrine.gltf.model import Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.lods.build_lods import build_lods_of
from vitrine.lods.built_file import BuiltFile
from vitrine.models import Finding, Quality
from vitrine.recipe import CertifyOptions, Level, WebOptions
from vitrine.render.metrics.certificate import Certificate, Reference, certify
from vitrine.render.scene import Scene
from vitrine.textures.display_size import display_size_px


@dataclass(frozen=True, slots=True)
class CertifiedLods:
    """The levels, in their order, with a certificate for each; no certificates when certifying is off."""

    files: tuple[BuiltFile, ...]
    certificates: tuple[Certificate, ...]
    ar_files: tuple[BuiltFile, ...] = ()
    ar_certificates: tuple[Certificate, ...] = ()

    @property
    def qualities(self) -> tuple[Quality, ...]:
        """The measurements of the certificates, in the order of the files."""
        return tuple(certificate.quality for certificate in self.certificates)

    @property
    def ar_qualities(self) -> tuple[Quality, ...]:
        """The measurements of the ar files."""
        return tuple(certificate.quality for certificate in self.ar_certificates)


def certify_lods(
    source: Model,
    files: tuple[BuiltFile, ...],
    ladder: tuple[Level, ...],
    web: WebOptions,
    options: CertifyOptions,
    *,
    ar: Sequence[tuple[BuiltFile, Model]] = (),
    jobs: int | None = None,
) -> CertifiedLods:
    """Measure the levels that `build_lods_of(source, ladder, web)` built, and the files for AR.

    A level below a limit of `options` is built again with `step` times as many triangles, and the larger
    one is kept, with its own findings and `LOD_REGENERATED`. `LOD_BELOW_QUALITY` says that a level is still
    below a limit. `ar` has each file for AR with the model that is in it; `AR_BELOW_QUALITY` says that it
    misses a limit. When `options.enabled` is off, the files are returned as they are.
    """
    if not options.enabled:
        return CertifiedLods(files, (), tuple(file for file, _ in ar))
    kept: list[BuiltFile] = []
    certificates: list[Certificate] = []
    with ThreadPoolExecutor(1) as reader:
        # Files are read while the source is prepared and the levels before them are measured.
        scenes = deque(reader.submit(_scene, file) for file in files)
        reference = Reference(Scene(source))
        for file, level in zip(files, ladder, strict=True):
            certificate = certify(reference, scenes.popleft().result(), display_size_px(level.texture_px))
            shortfall = _shortfall(certificate, options)
            findings: list[Finding] = []
            if shortfall and file.triangles < source.triangle_count:
                wider = level.model_copy(update={"triangles": int(level.triangles * options.step)})
                (larger,) = build_lods_of(source, (wider,), web, jobs=jobs, roles=(file.role,))
                then = f"built again with {larger.triangles:,}"
                findings.append(_finding("LOD_REGENERATED", file, shortfall, then))
                file = larger
                certificate = certify(reference, _scene(file), display_size_px(level.texture_px))
                shortfall = _shortfall(certificate, options)
            if shortfall:
                findings.append(_finding("LOD_BELOW_QUALITY", file, shortfall, "it is kept"))
            if not kept:
                findings += _not_judged(certificate)
            kept.append(file.model_copy(update={"findings": (*file.findings, *findings)}))
            certificates.append(certificate)
    ar_certificates = tuple(
        certify(reference, Scene(model), display_size_px(file.texture_px)) for file, model in ar
    )
    ar_files = tuple(
        _judged(file, _shortfall(certificate, options))
        for (file, _), certificate in zip(ar, ar_certificates, strict=True)
    )
    return CertifiedLods(tuple(kept), tuple(certificates), ar_files, ar_certificates)


def _not_judged(certificate: Certificate) -> list[Finding]:
    """Name the features of the source that no certificate judges, once for all levels."""
    if not certificate.not_judged:
        return []
    features = ", ".join(certificate.not_judged)
    return [finding("NOT_JUDGED", f"not judged: {features}; the images of the certificates do not show it")]


def _judged(file: BuiltFile, shortfall: tuple[str, float, float] | None) -> BuiltFile:
    """Return a file for AR, with a finding if it misses a limit."""
    if shortfall is None:
        return file
    found = _finding("AR_BELOW_QUALITY", file, shortfall, "it is kept")
    return file.model_copy(update={"findings": (*file.findings, found)})


def _scene(file: BuiltFile) -> Scene:
    return Scene(read_glb(file.data, limits=None))


def _shortfall(certificate: Certificate, options: CertifyOptions) -> tuple[str, float, float] | None:
    """Return the first limit that does not hold: its name, what was measured, and the limit."""
    rms = certificate.from_source.rms_percent
    for name, measured, limit, holds in (
        ("silhouette IoU", certificate.silhouette_iou, options.min_silhouette_iou, 1),
        ("SSIM", certificate.ssim, options.min_ssim, 1),
        ("RMS distance in % of the diagonal", rms, options.max_rms_percent, -1),
    ):
        if (measured - limit) * holds < 0:
            return name, measured, limit
    return None


def _finding(code: str, file: BuiltFile, shortfall: tuple[str, float, float], then: str) -> Finding:
    name, measured, limit = shortfall
    message = (
        f"{file.role} with {file.triangles:,} triangles: {name} is {measured:.3f}, "
        f"the limit is {limit:.3f}; {then}"
    )
    return finding(code, message, measured=measured, limit=limit)
