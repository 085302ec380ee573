"""Any GLB -> a folder with its ladder of web files, an ar file, pictures and a manifest.

In a notebook: `from vitrine import optimize; optimize("chair.glb", "out")`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from vitrine import __version__
from vitrine.errors import InputError, ModelError, PhotoError
from vitrine.gltf.model import Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.lods.build_ar import build_ar_of
from vitrine.lods.build_lods import build_lods_of
from vitrine.lods.built_file import BuiltFile
from vitrine.lods.certify_lods import certify_lods
from vitrine.models import Dimensions, Fidelity, Finding
from vitrine.photos import prepare_photo
from vitrine.progress import step
from vitrine.publishing.approve_model import judge
from vitrine.recipe import PhotoOptions, Recipe
from vitrine.render.metrics.certificate import Certificate
from vitrine.render.pictures.draw_levels import caption, draw_levels
from vitrine.render.pictures.render_poster import render_posters
from vitrine.render.pictures.render_turntable import choose_level, render_turntable
from vitrine.repair.repair_model import repair, size_of

SUFFIXES = {"model/gltf-binary": ".glb", "image/webp": ".webp", "image/png": ".png"}


def optimize(
    path: str | Path,
    to: str | Path,
    recipe: Recipe | None = None,
    *,
    photo: str | Path | None = None,
    dimensions: Dimensions | None = None,
    jobs: int | None = None,
    certify: bool = True,
    turntable: bool | None = None,
) -> dict[str, Any]:
    """Repair a GLB and write every flavour of it into the folder `to`; returns what `manifest.json` says.

    With the `photo` that it was made from, the model is turned to face it, and compared with it. `jobs` is
    the number of threads, by default one a core; the files are the same for any number. Without `certify` (or
    with the recipe's turned off) no level is measured against the source. `turntable` overrules the recipe.
    Raises `ModelError` for a file that is no readable GLB, `PhotoError` for a photo that is none,
    `InputError` when the folder cannot be written.
    """
    recipe = recipe or Recipe()
    path, to = Path(path), Path(to)
    with step("read"):
        model = read_glb(_bytes_of(path, ModelError))
        cutout = None if photo is None else _cut_out(Path(photo), recipe.photo)
    with step("repair"):
        model, report = repair(model, recipe.repair, dimensions, photo=cutout)
        findings, fidelity = report.findings, report.fidelity
        if cutout is not None:
            findings = (*findings, *judge(fidelity, recipe.fidelity))
    with step("lods"):
        lods = build_lods_of(model, recipe.ladder, recipe.web, jobs=jobs)
    certificates: tuple[Certificate, ...] = ()
    if certify:
        with step("certify"):
            measured = certify_lods(model, lods, recipe.ladder, recipe.web, recipe.certify, jobs=jobs)
        lods, certificates = measured.files, measured.certificates
        findings = (*findings, *measured.findings)
    with step("ar"):
        files = [*lods, build_ar_of(model, recipe.ar, jobs=jobs)]
    contents = {_name(file.role, file.media_type): file.data for file in files}
    lines = [_line(file) for file in files]
    for line, certificate in zip(lines, certificates, strict=False):
        line["certificate"] = _summary(certificate)
    for role, media_type, picture in _pictures(
        model, lods, certificates, recipe, turntable, cutout, fidelity
    ):
        name = _name(role, media_type)
        contents[name] = picture
        lines.append({"role": role, "path": name, "size_bytes": len(picture)})
    findings = (*findings, *(finding for file in files for finding in file.findings))
    manifest = _manifest(path, model, lines, findings, fidelity)
    contents["manifest.json"] = json.dumps(manifest, indent=2, ensure_ascii=False).encode()
    with step("write"):
        _write(to, contents)
    return manifest


def _bytes_of(path: Path, trouble: type[InputError]) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise trouble(f"{path}: {error.strerror or error}") from error


def _cut_out(path: Path, options: PhotoOptions) -> bytes:
    """The photo's subject as it is compared with; how good a photo it is does not matter here."""
    return prepare_photo(_bytes_of(path, PhotoError), str(path), options)[0]


def _pictures(
    model: Model,
    lods: Sequence[BuiltFile],
    certificates: Sequence[Certificate],
    recipe: Recipe,
    turntable: bool | None,
    photo: bytes | None,
    fidelity: Fidelity | None,
) -> Iterator[tuple[str, str, bytes]]:
    """(role, media type, picture) of the poster, the turntable where it is wanted, and the contact sheet."""
    with step("poster"):
        for poster in render_posters(model, recipe.poster):
            yield poster.role, poster.media_type, poster.data
    if recipe.turntable.enabled if turntable is None else turntable:
        with step("turntable"):
            level = lods[choose_level([file.texture_px for file in lods], recipe.turntable)]
            yield "turntable", "image/webp", render_turntable(read_glb(level.data), recipe.turntable)
    with step("contact-sheet"):
        shown = [(caption("source", model.triangle_count), model)]
        for number, file in enumerate(lods):
            ssim = certificates[number].ssim if certificates else None
            line = caption(file.role, file.triangles, size_bytes=len(file.data), ssim=ssim)
            shown.append((line, read_glb(file.data)))
        yield "contact-sheet", "image/webp", draw_levels(shown, photo=photo, fidelity=fidelity)


def _name(role: str, media_type: str) -> str:
    return role.removesuffix("-png") + SUFFIXES[media_type]


def _line(file: BuiltFile) -> dict[str, Any]:
    return {
        "role": file.role,
        "path": _name(file.role, file.media_type),
        "triangles": file.triangles,
        "vertices": file.vertices,
        "size_bytes": len(file.data),
        "error": file.error,
        "error_m": file.error_m,
        "texture_px": file.texture_px,
    }


def _summary(certificate: Certificate) -> dict[str, Any]:
    """What the manifest keeps of a certificate: the twelve views summed up."""
    return {
        "to_source": certificate.to_source.model_dump(),
        "from_source": certificate.from_source.model_dump(),
        "silhouette_iou": certificate.silhouette_iou,
        "ssim": certificate.ssim,
        "psnr_db": certificate.psnr_db,
        "normal_deg": certificate.normal_deg,
        "size_px": certificate.size_px,
    }


def _manifest(
    path: Path,
    model: Model,
    lines: list[dict[str, Any]],
    findings: tuple[Finding, ...],
    fidelity: Fidelity | None,
) -> dict[str, Any]:
    return {
        "source": path.name,
        "made_with": f"Vitrine {__version__}",
        "size_m": list(size_of(model)),
        "fidelity": fidelity and fidelity.model_dump(),
        "files": lines,
        "findings": [finding.model_dump(mode="json", exclude_none=True) for finding in findings],
    }


def _write(folder: Path, contents: dict[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in contents.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror or error}") from error


class _Callable(ModuleType):
    """Lets `from vitrine import optimize` be called, though what it finds is this module."""

    def __call__(self, *args: Any, **options: Any) -> dict[str, Any]:
        return optimize(*args, **options)


sys.modules[__name__].__class__ = _Callable
