"""Can Vitrine work with a GLB? One answer for `inspect`, `optimize` and the steps of a product."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field, JsonValue

from vitrine.codecs.images import decode_image, image_size
from vitrine.errors import IndexOutOfRange, LimitExceeded, ModelError
from vitrine.findings import finding
from vitrine.gltf.container import DEFAULT_LIMITS, read_container
from vitrine.gltf.model import Material, Model, Texture
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.models import Finding
from vitrine.recipe.limits import ModelLimits
from vitrine.record import Record

NOT_DECODED = "image/ktx2"
BYTES_A_TEXEL = 4
MIPMAPS = 4 / 3
"""How much more memory a texture takes with its mipmaps (1 + 1/4 + 1/16 + …)."""


class Usability(Record):
    """Whether Vitrine can work with a model, why not, and what is in it."""

    usable: bool
    """No finding is an error."""
    findings: tuple[Finding, ...] = ()
    stats: dict[str, JsonValue] = Field(default_factory=dict)


def check_usable(data: bytes, limits: ModelLimits = DEFAULT_LIMITS) -> Usability:
    """Read a GLB as every step does, and decode the images of its materials.

    A model that breaks rules of glTF 2.0 can be usable: `FILE_REPAIRED` and other findings say what was read
    though it breaks one. A valid model can be unusable: it has no triangle, or needs an extension that is not
    read here. A model that exceeds `limits` is not usable.
    """
    stats: dict[str, JsonValue] = {"size_bytes": len(data), **_document_stats(data, limits)}
    try:
        model = read_glb(data, limits)
    except LimitExceeded as error:
        found = finding("LIMIT_EXCEEDED", str(error), measured=error.measured, limit=error.limit)
        return Usability(usable=False, findings=(found,), stats=stats)
    except ModelError as error:
        code = "INDEX_OUT_OF_RANGE" if isinstance(error, IndexOutOfRange) else "UNREADABLE"
        return Usability(usable=False, findings=(finding(code, str(error)),), stats=stats)
    findings = (*model.findings, *_image_findings(model))
    usable = not any(found.severity == "error" for found in findings)
    return Usability(usable=usable, findings=findings, stats=stats | _model_stats(model))


def _document_stats(data: bytes, limits: ModelLimits) -> dict[str, JsonValue]:
    try:
        document = read_container(data, limits).document
    except ModelError:
        return {}
    asset = document.get("asset")
    generator = asset.get("generator", "") if isinstance(asset, dict) else ""
    return {
        "extensions_used": _names(document.get("extensionsUsed")),
        "extensions_required": _names(document.get("extensionsRequired")),
        "generator": str(generator),
    }


def _names(value: Any) -> list[JsonValue]:
    return [str(name) for name in value] if isinstance(value, list) else []


def _textures(model: Model) -> Iterator[Texture]:
    """The textures of all materials, each image once."""
    seen: set[int] = set()
    for material in model.materials:
        for texture in _textures_of(material):
            if texture is not None and id(texture.data) not in seen:
                seen.add(id(texture.data))
                yield texture


def _textures_of(material: Material) -> Iterator[Texture | None]:
    yield from (material.base_color, material.metallic_roughness, material.normal)
    yield from (material.occlusion, material.emissive, *material.extension_textures)


def _image_findings(model: Model) -> Iterator[Finding]:
    for texture in _textures(model):
        if texture.media_type == NOT_DECODED:
            continue
        try:
            decode_image(texture.data, texture.media_type)
        except ModelError as error:
            yield finding("IMAGE_BROKEN", str(error))


def _model_stats(model: Model) -> dict[str, JsonValue]:
    low, high = model.bounds
    return {
        "triangles": model.triangle_count,
        "vertices": model.vertex_count,
        "draw_calls": len(model.meshes),
        "materials": len(model.materials),
        "texture_memory_bytes": _texture_memory_bytes(model),
        "extent": [float(side) for side in high - low],
    }


def _texture_memory_bytes(model: Model) -> int:
    """Return what the textures take in a renderer's memory, uncompressed RGBA with mipmaps."""
    texels = 0
    for texture in _textures(model):
        try:
            width, height = image_size(texture.data, texture.media_type)
        except ModelError:
            continue
        texels += width * height
    return round(texels * BYTES_A_TEXEL * MIPMAPS)
