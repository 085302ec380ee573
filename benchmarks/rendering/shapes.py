"""Shapes and images that the test models of the renderer are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.rendering.glb import Shape

Array = npt.NDArray[Any]
Vector = tuple[float, float, float]


def ball(
    center: Vector = (0, 0, 0), radius: float = 1.0, *, material: int = 0, rings: int = 40, **more: Any
) -> Shape:
    """A sphere with normals, tangents and UVs: u once around, v from the top; `more` goes into its node."""
    v, u = np.meshgrid(np.linspace(0, 1, rings + 1), np.linspace(0, 1, 2 * rings + 1), indexing="ij")
    polar, around = v * np.pi, u * 2 * np.pi
    around[:, -1] = 0  # the seam's positions are equal to the last bit
    normals = np.stack(
        [np.sin(polar) * np.sin(around), np.cos(polar), np.sin(polar) * np.cos(around)], axis=-1
    ).reshape(-1, 3)
    positions = normals * radius + np.array(center)
    uvs = np.stack([u, v], axis=-1).reshape(-1, 2)
    tangents = np.stack([np.cos(around), 0 * u, -np.sin(around), 0 * u + 1], axis=-1).reshape(-1, 4)
    return Shape(
        {
            "POSITION": _f(positions),
            "NORMAL": _f(normals),
            "TANGENT": _f(tangents),
            "TEXCOORD_0": _f(uvs),
        },
        _grid(rings, 2 * rings),
        material,
        more,
    )


def plate(
    center: Vector = (0, 0, 0), half: float = 1.0, *, material: int = 0, cells: int = 1, **more: Any
) -> Shape:
    """A square that faces +Z, its texture upright."""
    steps = np.linspace(0, 1, cells + 1)
    v, u = np.meshgrid(steps, steps, indexing="ij")
    positions = np.stack([2 * u - 1, 1 - 2 * v, np.zeros_like(u)], axis=-1).reshape(-1, 3) * half
    uvs = np.stack([u, v], axis=-1).reshape(-1, 2)
    normals = np.tile([0.0, 0.0, 1.0], (len(uvs), 1))
    return Shape(
        {"POSITION": _f(positions + np.array(center)), "NORMAL": _f(normals), "TEXCOORD_0": _f(uvs)},
        _grid(cells, cells),
        material,
        more,
    )


def tube(
    center: Vector = (0, 0, 0), radius: float = 1.0, height: float = 2.0, *, material: int = 0, **more: Any
) -> Shape:
    """An open cylinder around +Y."""
    columns = 64
    v, u = np.meshgrid([0.0, 1.0], np.linspace(0, 1, columns + 1), indexing="ij")
    around = u * 2 * np.pi
    normals = np.stack([np.sin(around), np.zeros_like(u), np.cos(around)], axis=-1).reshape(-1, 3)
    positions = normals * radius
    positions[:, 1] = (0.5 - v.reshape(-1)) * height
    uvs = np.stack([u, v], axis=-1).reshape(-1, 2)
    return Shape(
        {
            "POSITION": _f(positions + np.array(center)),
            "NORMAL": _f(normals),
            "TEXCOORD_0": _f(uvs),
        },
        _grid(1, columns),
        material,
        more,
    )


def with_attributes(shape: Shape, **attributes: Array | None) -> Shape:
    """A copy with further attributes, such as `COLOR_0`; `None` removes one."""
    merged = shape.attributes | attributes
    kept = {name: values for name, values in merged.items() if values is not None}
    return Shape(kept, shape.triangles, shape.material, shape.node)


def flipped(shape: Shape) -> Shape:
    """A copy that faces the other way: the opposite winding, and normals."""
    attributes = shape.attributes | {"NORMAL": -shape.attributes["NORMAL"]}
    return Shape(attributes, shape.triangles[:, ::-1], shape.material, shape.node)


def checker(
    cells: int = 8, size: int = 128, dark: Vector = (40, 60, 140), light: Vector = (235, 220, 190)
) -> Array:
    """An image of squares, (size, size, 3) uint8."""
    row, column = np.indices((size, size)) * cells // size
    return np.where(((row + column) % 2)[..., None] == 1, np.array(dark), np.array(light)).astype(np.uint8)


def letter(size: int = 96) -> Array:
    """An image without symmetry: a coloured F on a gradient, (size, size, 3) uint8."""
    across = np.linspace(60, 220, size)
    image = np.stack(
        [np.tile(across, (size, 1)), np.tile(across[:, None], (1, size)), np.full((size, size), 90.0)],
        axis=-1,
    ).astype(np.uint8)
    cell = size // 8
    for top, left, bottom, right in ((1, 2, 7, 3), (1, 2, 2, 6), (3, 2, 4, 5)):
        image[top * cell : bottom * cell, left * cell : right * cell] = (220, 30, 20)
    return image


def waves(size: int = 128, count: int = 6, steepness: float = 0.4) -> Array:
    """A normal map of waves along u and v, (size, size, 3) uint8."""
    angle = np.arange(size) / size * 2 * np.pi * count
    x = np.tile(np.sin(angle) * steepness, (size, 1))
    y = np.tile(np.cos(angle)[:, None] * steepness, (1, size))
    normal = np.stack([x, y, np.ones_like(x)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    return np.asarray(np.rint((normal * 0.5 + 0.5) * 255), np.uint8)


def bands(values: list[tuple[int, ...]], size: int = 64) -> Array:
    """An image of vertical bands, (size, size, channels) uint8."""
    columns = np.arange(size) * len(values) // size
    return np.tile(np.array(values, np.uint8)[columns], (size, 1, 1))


def _f(values: Array) -> Array:
    return np.ascontiguousarray(values, np.float32)


def _grid(rows: int, columns: int) -> Array:
    number = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    a, b, c, d = number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]
    return np.concatenate([np.stack([a, b, d], -1).reshape(-1, 3), np.stack([b, c, d], -1).reshape(-1, 3)])
