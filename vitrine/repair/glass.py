"""Tell real glass from the noise that generators leave in the alpha of their textures."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image

from vitrine.arrays import Bools, Bytes, Floats, Indices, Ints, row_cross
from vitrine.codecs.images import decode_image, has_alpha
from vitrine.compiled import kernels
from vitrine.geometry.join import JoinedMesh
from vitrine.geometry.topology import Topology
from vitrine.geometry.weld import weld_positions
from vitrine.gltf.model import Texture
from vitrine.textures.mip_pyramid import MipPyramid
from vitrine.threads import scipy_module

OPAQUE = 250 / 255
"""Alpha from here on counts as opaque: lossy encoders turn 255 into 254."""
MIN_REGION_SHARE = 0.01
"""A connected transparent region with at least this share of the model's surface is a part, and no noise."""
MIN_CONNECTED, MIN_CONNECTED_BY_PHOTO = 0.9, 0.5
"""Share of the transparent area in such regions from which on it is glass; the second, where the photo shows
something translucent, too"""
MIN_AREA_SHARE = 0.03
"""Share of the model's surface that glass has at least."""
TRANSLUCENT_PHOTO_SHARE = 0.03
"""Share of the photo's subject, away from its outline, that is translucent where the product is."""


@dataclass(frozen=True, slots=True)
class Transparency:
    """How the transparent area of one material lies on the surface."""

    area_share: float
    """Of the surface of the whole model, 0…1"""
    connected_share: float
    """Of the transparent area, in regions that are large, 0…1"""
    regions: int
    """Number of large regions"""

    def is_glass(self, *, photo_translucent: bool = False) -> bool:
        """Return whether the area is large and connected, as that of a pane or a bottle is."""
        needed = MIN_CONNECTED_BY_PHOTO if photo_translucent else MIN_CONNECTED
        return self.area_share >= MIN_AREA_SHARE and self.connected_share >= needed


@lru_cache(maxsize=1)
def texels_with_alpha(texture: Texture | None) -> Bytes | None:
    """Return (h, w, 4) uint8; `None` without a texture or without alpha.

    The last texture is kept decoded: each step of a material's decision reads it. Raises `ModelError` for an
    image that does not decode.
    """
    if texture is None or not has_alpha(texture.data, texture.media_type):
        return None
    return decode_image(texture.data, texture.media_type)


def measure_transparency(topology: Topology, material: int) -> Transparency:
    """Measure where the base color texture of a material is transparent, triangle by triangle."""
    model, joined = topology.model, topology.joined
    texture = model.materials[material].base_color
    texels = texels_with_alpha(texture)
    if texture is None or texels is None:
        return Transparency(0.0, 0.0, 0)
    pyramid = MipPyramid(texels, srgb=True, sampler=texture.sampler)
    transparent: list[Bools] = []
    for mesh in model.meshes:
        if mesh.material != material or mesh.uvs is None:
            transparent.append(np.zeros(len(mesh.triangles), np.bool_))
            continue
        centers = mesh.uvs[mesh.triangles].mean(axis=1).astype(np.float32)
        transparent.append(pyramid.sample(centers)[:, 3] < OPAQUE)
    clear = np.concatenate(transparent)
    a, b, c = (joined.positions[joined.triangles[:, corner]] for corner in range(3))
    areas = np.linalg.norm(row_cross(b - a, c - a), axis=1).astype(np.float64)
    total, area = float(areas.sum()), float(areas[clear].sum())
    if not area:
        return Transparency(0.0, 0.0, 0)
    regions = _region_areas(joined, clear, areas)
    large = regions[regions >= MIN_REGION_SHARE * total]
    return Transparency(area / total, float(large.sum()) / area, len(large))


def shows_translucency(photo: bytes) -> bool:
    """Return whether a cut-out photo is translucent inside its subject, not only along its outline."""
    with Image.open(io.BytesIO(photo)) as image:
        alpha = np.asarray(image.convert("RGBA").getchannel("A"))
    inside = scipy_module("ndimage").binary_erosion(alpha > 8, iterations=max(alpha.shape) // 100 + 2)
    if not inside.any():
        return False
    return float(((alpha[inside] > 24) & (alpha[inside] < 230)).mean()) >= TRANSLUCENT_PHOTO_SHARE


def _region_areas(joined: JoinedMesh, chosen: Bools, areas: Floats) -> Floats:
    """Areas of the connected regions of chosen triangles, (k,) float64; shared edges connect."""
    numbers = np.flatnonzero(chosen)
    one, other = _neighbors(joined.positions, joined.triangles[numbers])
    label, _ = kernels.connected_components(len(numbers), one, other)
    summed = np.bincount(label, areas[numbers])
    return np.asarray(summed[summed > 0], np.float64)


def _neighbors(positions: Floats, triangles: Indices) -> tuple[Ints, Ints]:
    """Pairs of triangles (m, 3) that share an edge, by the positions of their corners."""
    remap = weld_positions(positions[triangles].reshape(-1, 3))
    order, first = kernels.sort_half_edges(remap.indices.reshape(-1, 3), remap.count)
    later = np.delete(np.arange(len(order)), first)
    return order[later - 1] // 3, order[later] // 3
