"""Which texels of an atlas the charts of a model use.

This rasteriser also marks texels next to an edge, and fills holes of one texel, so that padding does not grow
into a chart. `vitrine.render.rays.covered_texels` is exact, and gives barycentric coordinates, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from vitrine.arrays import Bools, Floats, Indices
from vitrine.compiled import kernels
from vitrine.gltf.model import Model
from vitrine.threads import Once

TOLERANCE_PX = 0.01
"""A texel counts when its centre lies in a triangle, or this near to an edge of one."""
SMALL_PX = 3
"""Of a smaller triangle the texel at its centroid is enough; one as wide has three more around it."""
UV_TOLERANCE = 0.001


@dataclass(slots=True)
class ChartMasks:
    """The texels that triangles with some materials use, at any size. Safe to share between threads."""

    model: Callable[[], Model]
    """Returns the model whose UVs are rasterised. It is called for the first mask, so that a simplified model
    can be passed before it exists"""
    materials: frozenset[int]
    known: Once = field(default_factory=Once)

    def mask(self, width: int, height: int) -> Bools | None:
        """Return the texels in use, (height, width) bool; `None` where UVs leave 0…1 and all may be read."""
        return self.known.get((width, height), lambda: chart_mask(self._parts(), width, height))

    def _parts(self) -> tuple[tuple[Floats, Indices], ...]:
        meshes = [mesh for mesh in self.model().meshes if mesh.material in self.materials]
        return tuple((mesh.uvs, mesh.triangles) for mesh in meshes if mesh.uvs is not None)


def chart_mask(parts: Sequence[tuple[Floats, Indices]], width: int, height: int) -> Bools | None:
    """Return the texels whose centres triangles cover, and those that hold the centroid of a triangle.

    Parameters
    ----------
    parts : sequence of ((n, 2) float32, (m, 3) uint32)
        UVs and triangles
    width, height : int
        Size of the atlas in texels

    Returns
    -------
    (height, width) bool, or None
        `None` where UVs leave 0…1, so that the texture repeats and any texel may be read
    """
    mask = np.zeros((height, width), np.bool_)
    size = np.array([width, height], np.float32)
    for uvs, triangles in parts:
        used = np.zeros(len(uvs), np.bool_)
        used[triangles.reshape(-1)] = True
        used_uvs = uvs[used]
        if not len(used_uvs):
            return None
        if not (float(used_uvs.min()) >= -UV_TOLERANCE and float(used_uvs.max()) <= 1 + UV_TOLERANCE):
            return None
        texels = uvs * size - np.float32(0.5)
        mask |= kernels.cover_texels(texels, triangles, height, width, SMALL_PX, TOLERANCE_PX)
    return close_holes(mask)


def close_holes(mask: Bools) -> Bools:
    """Fill holes of one texel in (h, w) bool: binary closing with a cross of five texels.

    The erosion takes texels outside the image as set, so that the border stays.
    """
    return ~_dilate(~_dilate(mask))


def _dilate(mask: Bools) -> Bools:
    """Set the texels beside set ones, too."""
    wide = mask.copy()
    wide[1:] |= mask[:-1]
    wide[:-1] |= mask[1:]
    wide[:, 1:] |= mask[:, :-1]
    wide[:, :-1] |= mask[:, 1:]
    return wide
