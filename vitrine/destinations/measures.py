"""What is measured of a file for its destinations: each measure a function, `None` where it is not tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from vitrine.codecs.images import decode_image, image_size, sniff_media_type
from vitrine.gltf import Model, validate
from vitrine.gltf.container import read_container
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.models import Dimensions
from vitrine.textures.texture_slots import texture_uses
from vitrine.usdz.check_usdz import usdz_faults
from vitrine.usdz.package import unpack_files
from vitrine.usdz.read_usdz import read_usdz

Value = bool | int | float | str | tuple[str, ...] | None
SAME_UV = 1e-3
"""UVs this far outside of 0…1 count as inside: half a texel of 512."""
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Weights of sRGB's channels (ITU-R BT.709)"""


@dataclass
class Subject:
    """A file that is measured. What it takes to measure it is read once, when it is first needed."""

    data: bytes
    format: str
    """`glb`, `usdz`, or the suffix of the file that `data` was imported from"""
    dimensions: Dimensions | None = None
    """The product's true size, if it is known"""

    @property
    def is_usdz(self) -> bool:
        return self.format == "usdz"

    @cached_property
    def model(self) -> Model:
        """The triangles of the file."""
        return read_usdz(self.data) if self.is_usdz else read_glb(self.data)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The JSON of a GLB; empty for USDZ."""
        return {} if self.is_usdz else read_container(self.data).document

    @cached_property
    def issues(self) -> dict[str, int]:
        """How many rules of glTF a GLB breaks, by severity."""
        counts = {"error": 0, "warning": 0}
        for issue in validate(self.data).issues:
            if issue.severity in counts:
                counts[issue.severity] += 1
        return counts

    @cached_property
    def images(self) -> tuple[tuple[bytes, str], ...]:
        """The images of a USDZ's package, or those that a GLB's materials use: bytes and media types."""
        if self.is_usdz:
            found = [(data, sniff_media_type(data)) for data in unpack_files(self.data).values()]
            return tuple((data, media_type) for data, media_type in found if media_type is not None)
        textures = [use.texture for use in texture_uses(self.model.materials)]
        return tuple({texture.data: (texture.data, texture.media_type) for texture in textures}.values())

    @cached_property
    def luma(self) -> tuple[float, float] | None:
        """The darkest and the brightest base colour, 0…255; `None` without a base colour texture."""
        lows, highs = [], []
        for material in self.model.materials:
            if material.base_color is not None and material.base_color.media_type != "image/ktx2":
                pixels = decode_image(material.base_color.data, material.base_color.media_type)
                # By channel, in float32: a matrix product of bytes takes ten times as long.
                gray = sum(pixels[..., channel] * weight for channel, weight in enumerate(LUMA))
                lows.append(round(float(gray.min()), 1))
                highs.append(round(float(gray.max()), 1))
        return (min(lows), max(highs)) if lows else None


def _sizes_px(subject: Subject) -> list[tuple[int, int]]:
    return [image_size(data, media_type) for data, media_type in subject.images]


def _power_of_two(subject: Subject) -> bool:
    return all(side & (side - 1) == 0 for size in _sizes_px(subject) for side in size)


def _uv_sets(subject: Subject) -> Value:
    if subject.is_usdz:
        return None
    primitives = [
        each for mesh in subject.document.get("meshes") or [] for each in mesh.get("primitives") or []
    ]
    return max(
        (sum(name.startswith("TEXCOORD_") for name in each["attributes"]) for each in primitives), default=0
    )


def _uvs_outside(subject: Subject) -> Value:
    uvs = [mesh.uvs for mesh in subject.model.meshes if mesh.uvs is not None and len(mesh.uvs)]
    return any(float(each.min()) < -SAME_UV or float(each.max()) > 1 + SAME_UV for each in uvs)


def _origin_offset(subject: Subject) -> float:
    """How far the centre of the bottom is from the origin, in percent of the diagonal."""
    low, high = (corner.astype(np.float64) for corner in subject.model.bounds)
    bottom = np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])
    return 100 * float(np.linalg.norm(bottom)) / max(float(np.linalg.norm(high - low)), 1e-12)


def _root_transforms(subject: Subject) -> Value:
    """Nodes of the scene's top level that are moved, turned or scaled."""
    if subject.is_usdz:
        return None
    nodes = subject.document.get("nodes") or []
    scenes = subject.document.get("scenes") or [{}]
    roots = scenes[subject.document.get("scene", 0)].get("nodes") or []
    return sum(
        any(key in nodes[root] for key in ("matrix", "translation", "rotation", "scale")) for root in roots
    )


def _size_error(subject: Subject) -> Value:
    """The largest difference of a side from the product's, in percent of that."""
    if subject.dimensions is None:
        return None
    low, high = subject.model.bounds
    sides = zip((high - low).tolist(), subject.dimensions.metres, strict=True)
    errors = [abs(float(side) - true) / true for side, true in sides if true is not None]
    return 100 * max(errors) if errors else None


def _draw_calls(subject: Subject) -> int:
    return len(subject.model.meshes)


MEASURES: dict[str, Callable[[Subject], Value]] = {
    "format": lambda subject: subject.format,
    "size_bytes": lambda subject: len(subject.data),
    "triangles": lambda subject: subject.model.triangle_count,
    "vertices": lambda subject: subject.model.vertex_count,
    "materials": lambda subject: len({mesh.material for mesh in subject.model.meshes}),
    "draw_calls": _draw_calls,
    "texture_px": lambda subject: max((max(size) for size in _sizes_px(subject)), default=None),
    "textures_power_of_two": _power_of_two,
    "texture_formats": lambda subject: tuple(
        sorted({media_type.removeprefix("image/") for _, media_type in subject.images})
    ),
    "required_extensions": lambda subject: (
        None if subject.is_usdz else tuple(subject.document.get("extensionsRequired") or ())
    ),
    "uv_sets": _uv_sets,
    "uvs_outside_unit_square": _uvs_outside,
    "base_color_darkest": lambda subject: subject.luma[0] if subject.luma else None,
    "base_color_brightest": lambda subject: subject.luma[1] if subject.luma else None,
    "origin_offset_percent": _origin_offset,
    "root_transforms": _root_transforms,
    "size_error_percent": _size_error,
    "front_is_plus_z": lambda _subject: None,
    "gltf_errors": lambda subject: None if subject.is_usdz else subject.issues["error"],
    "gltf_warnings": lambda subject: None if subject.is_usdz else subject.issues["warning"],
    "usdz_faults": lambda subject: len(usdz_faults(subject.data)) if subject.is_usdz else None,
}
"""Every measure by name; no file tells which side of a product is its front."""
