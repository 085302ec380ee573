"""Is the surface a solid? Watertightness, bodies, Euler number and volume, by trimesh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.geometry.weld import weld_positions
from vitrine.gltf.model import Model


@dataclass(frozen=True, slots=True)
class SolidStats:
    """What trimesh measures of a model's welded triangles."""

    watertight: bool
    """Every edge has exactly two triangles."""
    bodies: int
    """Parts that share no vertex"""
    euler_number: int
    """Vertices - edges + triangles: 2 a closed body without handles, 2 less a handle"""
    volume_m3: float | None
    """Signed volume in cubic metres, negative where triangles face inward; `None` of an open surface"""


def solid_stats(model: Model) -> SolidStats:
    """Weld vertices with the same position, across all meshes, and measure what is left.

    Triangles with two corners in one position are removed first: they have no area, and an edge of theirs
    would count as open.
    """
    import trimesh  # takes a second, and most commands do not need it

    starts = np.cumsum([0, *(len(mesh.positions) for mesh in model.meshes)])
    positions = np.concatenate([mesh.positions for mesh in model.meshes])
    corners = np.concatenate(
        [mesh.triangles + start for mesh, start in zip(model.meshes, starts, strict=False)]
    )
    remap = weld_positions(positions)
    welded = positions[remap.first_vertices()].astype(np.float64)
    triangles = remap.indices[corners]
    a, b, c = triangles.T
    solid = trimesh.Trimesh(welded, triangles[(a != b) & (b != c) & (c != a)], process=False)
    solid.remove_unreferenced_vertices()
    watertight = bool(solid.is_watertight)
    with np.errstate(all="ignore"):  # a flat body has no center of mass
        volume_m3 = float(solid.volume) if watertight else None
    return SolidStats(
        watertight=watertight,
        bodies=int(solid.body_count),
        euler_number=int(solid.euler_number),
        volume_m3=volume_m3,
    )
