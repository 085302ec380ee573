"""Hulls hidden inside a model: paid for in bytes, seen by nobody."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Floats
from vitrine.geometry.components import Parts, find_parts
from vitrine.geometry.join import JoinedMesh, join, split
from vitrine.geometry.weld import weld_positions
from vitrine.gltf.model import Model
from vitrine.render.rays.intersect import intersect, occluded
from vitrine.render.scene import Scene

VIEWS, RAYS_A_SIDE = 42, 128
"""Parallel views from all around that find at once what is plainly visible."""
POINTS, DIRECTIONS = 20_000, 48
"""Then, on each part that no view showed, points and the rays out of each: one that gets away clears it."""


def remove_hidden_parts(model: Model) -> tuple[Model, int, int]:
    """A copy without parts that cannot be seen from outside; how many parts went, and their triangles.

    Generators that rebuild a surface from an unsigned distance field leave a second wall inside hollow
    things. A part goes only when no ray from outside meets it first and no ray from it gets outside, both
    through any material: what shows through a gap or an opening stays.
    """
    joined = join(model)
    places, count = weld_positions(joined.positions)
    parts = find_parts(places[joined.triangles], count)
    if parts.count < 2:
        return model, 0, 0
    scene = Scene(model)
    unseen = ~_seen_from_outside(scene, parts)
    for part in np.flatnonzero(unseen):
        unseen[part] = not _sees_outside(scene, joined, parts, int(part))
    if not bool(unseen.any()):
        return model, 0, 0
    keep = ~unseen[parts.of_triangle]
    dropped = int(len(keep) - np.count_nonzero(keep))
    return split(model, joined, joined.triangles[keep]), int(np.count_nonzero(unseen)), dropped


def sphere_directions(count: int) -> npt.NDArray[np.float64]:
    """(count, 3) unit vectors spread evenly: a Fibonacci lattice (R. Swinbank, R. J. Purser, 2006)."""
    number = np.arange(count) + 0.5
    height = 1 - 2 * number / count
    turn = np.pi * (1 + 5**0.5) * number
    ring = np.sqrt(1 - height**2)
    return np.stack([ring * np.cos(turn), height, ring * np.sin(turn)], axis=1)


def _seen_from_outside(scene: Scene, parts: Parts) -> npt.NDArray[np.bool_]:
    """(parts,) whether some parallel view shows a triangle of it."""
    seen = np.zeros(parts.count, np.bool_)
    center, reach = (scene.bounds_min + scene.bounds_max) / 2, scene.diagonal_m / 2
    steps = np.linspace(-1, 1, RAYS_A_SIDE)
    across, along = (grid.reshape(-1, 1) for grid in np.meshgrid(steps, steps))
    for direction in sphere_directions(VIEWS):
        right = np.cross(direction, (0, 1, 0) if abs(direction[1]) < 0.9 else (1, 0, 0))
        right /= np.linalg.norm(right)
        up = np.cross(right, direction)
        origins = center - 2 * reach * direction + reach * (across * right + along * up)
        rays = np.broadcast_to(direction, origins.shape)
        hit = intersect(scene, origins.astype(np.float32), rays.astype(np.float32)).triangle
        seen[parts.of_triangle[hit[hit >= 0]]] = True
    return seen


def _sees_outside(scene: Scene, joined: JoinedMesh, parts: Parts, part: int) -> bool:
    """Whether any ray from points spread over the part leaves the model."""
    triangles = np.flatnonzero(parts.of_triangle == part)
    triangles = triangles[:: max(1, len(triangles) // POINTS)]
    points: Floats = joined.positions[joined.triangles[triangles]].mean(axis=1)
    # Lift off, so that a ray does not meet the triangle it starts on.
    lift = np.float32(1e-4 * scene.diagonal_m)
    for direction in sphere_directions(DIRECTIONS).astype(np.float32):
        rays = np.broadcast_to(direction, points.shape)
        if not bool(occluded(scene, points + lift * direction, rays, 4 * scene.diagonal_m).all()):
            return True
    return False
