"""Measure each level of detail against its source, and build it again, larger, if it falls short."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from vitrine.findings import finding
from vitrine.gltf.model import Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.lods.build_lods import build_lods_of
from vitrine.lods.built_file import BuiltFile
from vitrine.lods.same_model import is_same_model
from vitrine.lods.source import LodSource
from vitrine.models import Finding, Quality
from vitrine.recipe import CertifyOptions, Level, WebOptions
from vitrine.render.metrics.certificate import Certificate, Reference, certify
from vitrine.render.scene import Scene
from vitrine.textures.display_size import display_size_px
from vitrine.threads import thread_pool

UNTEXTURED_PX = 1024
"""A model without textures is measured at the size of one with textures this wide."""


@dataclass(frozen=True, slots=True)
class CertifiedLods:
    """The levels, in their order, with a certificate for each; no certificates when certifying is off."""

    files: tuple[BuiltFile, ...]
    certificates: tuple[Certificate, ...]
    ar_files: tuple[BuiltFile, ...] = ()
    ar_certificates: tuple[Certificate, ...] = ()
    scenes: tuple[Scene, ...] = field(default=(), compare=False, repr=False)
    """The levels as they were rendered, for other images of them"""

    @property
    def qualities(self) -> tuple[Quality, ...]:
        """The measurements of the certificates, in the order of the files."""
        return tuple(certificate.quality for certificate in self.certificates)

    @property
    def ar_qualities(self) -> tuple[Quality, ...]:
        """The measurements of the ar files."""
        return tuple(certificate.quality for certificate in self.ar_certificates)


def certify_lods(
    source: Model | Scene | Reference,
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

    A USDZ that reads back as the model of the GLB for AR has the GLB's certificate.
    """
    if not options.enabled:
        return CertifiedLods(files, (), tuple(file for file, _ in ar))
    kept: list[BuiltFile] = []
    certificates: list[Certificate] = []
    drawn: list[Scene] = []
    with thread_pool(jobs) as pool:
        # Files are read while the source is prepared and the levels before them are measured. The upper
        # levels of a small model are one file: it is read and measured once.
        scenes: dict[bytes, Future[Scene]] = {}
        for file in files:
            if file.data not in scenes:
                scenes[file.data] = pool.submit(_scene, file)
        reference = Reference.of(source)
        model = reference.scene.model
        measured: dict[bytes, Certificate] = {}
        rebuilt_from: LodSource | None = None
        for file, level in zip(files, ladder, strict=True):
            scene = scenes[file.data].result()
            certificate = measured.get(file.data) or _certify(reference, scene, file.texture_px)
            measured[file.data] = certificate
            shortfall = _shortfall(certificate, options)
            findings: list[Finding] = []
            if shortfall and file.triangles < model.triangle_count:
                wider = level.model_copy(update={"triangles": int(level.triangles * options.step)})
                rebuilt_from = rebuilt_from or LodSource(model, reference=reference)
                (larger,) = build_lods_of(rebuilt_from, (wider,), web, jobs=jobs, roles=(file.role,))
                then = f"built again with {larger.triangles:,}"
                findings.append(_finding("LOD_REGENERATED", file, shortfall, then))
                file, scene = larger, _scene(larger)
                certificate = _certify(reference, scene, file.texture_px)
                shortfall = _shortfall(certificate, options)
            if shortfall:
                findings.append(_finding("LOD_BELOW_QUALITY", file, shortfall, "it is kept"))
            if not kept:
                findings += _not_judged(certificate)
            kept.append(file.model_copy(update={"findings": (*file.findings, *findings)}))
            certificates.append(certificate)
            drawn.append(scene)
    ar_certificates = _certify_ar(reference, ar)
    ar_options = _options_for_ar([file for file, _ in ar], options)
    ar_files = tuple(
        _judged(file, _shortfall(certificate, ar_options))
        for (file, _), certificate in zip(ar, ar_certificates, strict=True)
    )
    return CertifiedLods(tuple(kept), tuple(certificates), ar_files, ar_certificates, tuple(drawn))


def _certify_ar(reference: Reference, files: Sequence[tuple[BuiltFile, Model]]) -> tuple[Certificate, ...]:
    """Measure each file for AR; one that shows the same as a file before it has that one's certificate."""
    measured: list[tuple[Model, int | None, Certificate]] = []
    for file, model in files:
        known = (
            each for other, px, each in measured if px == file.texture_px and is_same_model(other, model)
        )
        certificate = next(known, None) or _certify(reference, Scene(model), file.texture_px)
        measured.append((model, file.texture_px, certificate))
    return tuple(certificate for _, _, certificate in measured)


def _not_judged(certificate: Certificate) -> list[Finding]:
    """Name the features of the source that no certificate judges, once for all levels."""
    if not certificate.not_judged:
        return []
    features = ", ".join(certificate.not_judged)
    return [finding("NOT_JUDGED", f"not judged: {features}; the images of the certificates do not show it")]


def _certify(reference: Reference, scene: Scene, texture_px: int) -> Certificate:
    """Measure what a record of a file states, which is the distance from the source alone.

    `texture_px` is that of the file, which may be less than its level allows; 0 without textures.
    """
    return certify(reference, scene, display_size_px(texture_px or UNTEXTURED_PX), both_ways=False)


def _options_for_ar(files: Sequence[BuiltFile], options: CertifyOptions) -> CertifyOptions:
    """Drop the limit on the silhouette where glass blends: what is mostly see-through counts as empty there.

    The USDZ is made of the AR file, which has the finding.
    """
    if any(found.code == "TRANSMISSION_BAKED" for file in files for found in file.findings):
        return options.model_copy(update={"min_silhouette_iou": 0.0})
    return options


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
