"""Materials and small scenes from which the feature models are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.rendering.glb import Shape, write_glb
from benchmarks.rendering.shapes import (
    ball,
    checker,
    letter,
    plate,
    with_attributes,
)

RED = [0.7, 0.08, 0.05, 1.0]
GOLD = [1.0, 0.72, 0.3, 1.0]
CREAM = [0.8, 0.72, 0.6, 1.0]
Json = dict[str, Any]


def material(
    color: list[float] | None = None, metallic: float = 0.0, roughness: float = 0.5, **more: Any
) -> Json:
    """A material; `pbr` in `more` are further properties of `pbrMetallicRoughness`."""
    pbr = {"baseColorFactor": color or CREAM, "metallicFactor": metallic, "roughnessFactor": roughness}
    return {"pbrMetallicRoughness": pbr | more.pop("pbr", {}), **more}


def textured(roughness: float = 0.6, **more: Any) -> Json:
    """A material whose base colour is image 0."""
    return material([1, 1, 1, 1], 0.0, roughness, pbr={"baseColorTexture": {"index": 0}}, **more)


def extended(name: str, values: Json, **more: Any) -> Json:
    """A material with one extension."""
    return material(**more) | {"extensions": {f"KHR_materials_{name}": values}}


def ball_glb(*materials: Json, **images: Any) -> bytes:
    """A ball of these materials, as GLB."""
    return write_glb([ball()], list(materials), **images)


def balls_glb(materials: list[Json]) -> bytes:
    """A row of balls, one for each material."""
    count = len(materials)
    shapes = [ball((2.1 * (n - (count - 1) / 2), 0, 0), material=n, rings=32) for n in range(count)]
    return write_glb(shapes, materials)


def glass_glb(glass: Json, *, shape: Shape | None = None) -> bytes:
    """Glass before a pattern."""
    return write_glb(
        [shape or ball(material=0), plate((0, 0, -1.6), 2.2, material=1)],
        [glass, textured(0.9)],
        [checker(10)],
    )


def steps_glb(make: Callable[[float], Json], *values: float) -> bytes:
    """A row of balls whose materials differ in one value, as GLB."""
    return balls_glb([make(value) for value in values])


def uv_scaled(shape: Shape, scale: float, offset: float = 0.0) -> Shape:
    """A copy whose UVs are scaled, then offset."""
    return with_attributes(
        shape, TEXCOORD_0=shape.attributes["TEXCOORD_0"] * np.float32(scale) + np.float32(offset)
    )


def rainbow(shape: Shape, *, alpha: bool = False) -> Shape:
    """A copy with vertex colours."""
    uv = shape.attributes["TEXCOORD_0"]
    channels = [uv[:, 0], uv[:, 1], 1 - uv[:, 0]] + ([0.15 + 0.8 * uv[:, 0]] if alpha else [])
    return with_attributes(shape, COLOR_0=np.stack(channels, axis=1).astype(np.float32))


def two_uv_sets(shape: Shape) -> Shape:
    """A copy with a second set of UVs."""
    uv = shape.attributes["TEXCOORD_0"]
    turned = np.stack([uv[:, 1] * 2, 1 - uv[:, 0]], axis=1).astype(np.float32)
    return with_attributes(shape, TEXCOORD_1=turned)


def mask_image() -> np.ndarray[Any, Any]:
    """An image with alpha, for MASK and BLEND."""
    row, column = np.indices((128, 128))
    distance = np.hypot((row % 32) - 15.5, (column % 32) - 15.5)
    alpha = np.clip(255 - distance * 14, 0, 255).astype(np.uint8)
    return np.dstack([checker(4), alpha])


def backed_glb(front: Json, images: list[Any], *, shapes: list[Shape] | None = None) -> bytes:
    """A front plate before a plain plate."""
    behind = plate((0, 0, -0.8), 1.3, material=1)
    return write_glb([*(shapes or [plate()]), behind], [front, material([0.1, 0.25, 0.5, 1], 0, 0.8)], images)


def transform(**values: Any) -> Json:
    """A texture with KHR_texture_transform."""
    return {"index": 0, "extensions": {"KHR_texture_transform": values}}


def base_textured(info: Json, **more: Any) -> Json:
    """A material with a base colour texture."""
    return material([1, 1, 1, 1], 0.0, 0.6, pbr={"baseColorTexture": info}, **more)


def sampled_glb(wrap_s: int, wrap_t: int, **filters: int) -> bytes:
    """A plate whose texture repeats, read by a sampler, as GLB."""
    sampler = {"wrapS": wrap_s, "wrapT": wrap_t, **filters}
    return write_glb([uv_scaled(plate(), 3, -1)], [textured()], [letter()], [sampler])
