"""Any GLB -> a folder with its ladder of web files, an ar file, a poster and a manifest.

In a notebook: `from vitrine import optimize; optimize("chair.glb", "out")`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from vitrine import __version__
from vitrine.errors import InputError, ModelError
from vitrine.gltf.model import Model
from vitrine.gltf.read import read_glb
from vitrine.mesh.ar import build_ar_of
from vitrine.mesh.built import BuiltFile
from vitrine.mesh.lods import build_lods_of
from vitrine.mesh.repair import repair, size_of
from vitrine.models import Dimensions, Finding
from vitrine.progress import step
from vitrine.recipe import PosterOptions, Recipe

SUFFIXES = {"model/gltf-binary": ".glb", "image/webp": ".webp", "image/png": ".png"}


def optimize(
    path: str | Path,
    to: str | Path,
    recipe: Recipe | None = None,
    *,
    dimensions: Dimensions | None = None,
    jobs: int | None = None,
) -> dict[str, Any]:
    """Repair a GLB and write every flavour of it into the folder `to`; returns what `manifest.json` says.

    `jobs` is the number of threads, by default one a core; the files are the same for any number.
    Raises `ModelError` for a file that is no readable GLB, `InputError` when the folder cannot be written.
    """
    recipe = recipe or Recipe()
    path, to = Path(path), Path(to)
    with step("read"):
        model = read_glb(_bytes_of(path))
    with step("repair"):
        model, findings = repair(model, recipe.repair, dimensions)
    with step("lods"):
        files = list(build_lods_of(model, recipe.ladder, recipe.web, jobs=jobs))
    with step("ar"):
        files.append(build_ar_of(model, recipe.ar, jobs=jobs))
    poster = _poster(model, recipe.poster)
    contents = {_name(file.role, file.media_type): file.data for file in files}
    lines = [_line(file) for file in files]
    if poster is not None:
        contents[_name("poster", "image/webp")] = poster
        lines.append({"role": "poster", "path": "poster.webp", "size_bytes": len(poster)})
    findings = (*findings, *(finding for file in files for finding in file.findings))
    manifest = _manifest(path, model, lines, findings)
    contents["manifest.json"] = json.dumps(manifest, indent=2, ensure_ascii=False).encode()
    with step("write"):
        _write(to, contents)
    return manifest


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror or error}") from error


def _poster(model: Model, options: PosterOptions) -> bytes | None:
    """The still picture, as WebP."""
    from vitrine import render

    draw = getattr(render, "render_poster", None)
    if draw is None:
        return None
    with step("poster"):
        return bytes(draw(model, options))


def _name(role: str, media_type: str) -> str:
    return role + SUFFIXES[media_type]


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


def _manifest(
    path: Path, model: Model, lines: list[dict[str, Any]], findings: tuple[Finding, ...]
) -> dict[str, Any]:
    return {
        "source": path.name,
        "made_with": f"Vitrine {__version__}",
        "size_m": list(size_of(model)),
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
