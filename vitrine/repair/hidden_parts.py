"""Remove parts hidden inside a model, which add bytes and are never visible."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Bools, Floats
from vitrine.geometry.topology import Parts, Topology
from vitrine.render.rays.intersect import intersect, occluded
from vitrine.render.scene import Scene

VIEWPOINTS, RAYS_PER_SIDE = 42, 128
"""Orthographic viewpoints around the model, each with a square grid of rays: they find most visible parts."""
POINTS, DIRECTIONS = 20_000, 48
"""Points at most on each part that no viewpoint shows, and directions of rays from each point."""
RAY_OFFSET = 1e-4
"""Rays start this far off the surface, relative to the model's diagonal, to miss their own triangle."""


def remove_hidden_parts(topology: Topology) -> tuple[Topology, int, int]:
    """Return the model without its hidden parts, how many were removed, and their triangles.

    Generators that rebuild a surface from an unsigned distance field leave a second wall inside hollow
    objects. A part is hidden when no ray from outside hits it first, and every ray from it is occluded by the
    model. All materials count as opaque. What shows through a gap or an opening stays.
    """
    parts = topology.parts
    if parts.count < 2:
        return topology, 0, 0
    scene = Scene(topology.model)
    hidden = ~_visible_from_outside(scene, parts)
    for part in np.flatnonzero(hidden):
        hidden[part] = not _has_free_ray(scene, topology, int(part))
    if not bool(hidden.any()):
        return topology, 0, 0
    triangles = int(np.count_nonzero(hidden[parts.of_triangle]))
    return topology.without_parts(hidden), int(np.count_nonzero(hidden)), triangles


def sphere_directions(count: int) -> Floats:
    """Return unit vectors spread evenly over the sphere, (count, 3) float64.

    A Fibonacci lattice: R. Swinbank, R. J. Purser, "Fibonacci grids", 2006.
    """
    number = np.arange(count) + 0.5
    height = 1 - 2 * number / count
    angle = np.pi * (1 + 5**0.5) * number
    radius = np.sqrt(1 - height**2)
    return np.stack([radius * np.cos(angle), height, radius * np.sin(angle)], axis=1)


def _visible_from_outside(scene: Scene, parts: Parts) -> Bools:
    """Return whether a ray of some viewpoint hits each part first, (parts,) bool."""
    visible = np.zeros(parts.count, np.bool_)
    center, radius = (scene.bounds_min + scene.bounds_max) / 2, scene.diagonal_m / 2
    steps = np.linspace(-1, 1, RAYS_PER_SIDE)
    across, along = (grid.reshape(-1, 1) for grid in np.meshgrid(steps, steps))
    for direction in sphere_directions(VIEWPOINTS):
        right = np.cross(direction, (0, 1, 0) if abs(direction[1]) < 0.9 else (1, 0, 0))
        right /= np.linalg.norm(right)
        up = np.cross(right, direction)
        origins = center - 2 * radius * direction + radius * (across * right + along * up)
        rays = np.broadcast_to(direction, origins.shape)
        hit = intersect(scene, origins.astype(np.float32), rays.astype(np.float32)).triangle
        visible[parts.of_triangle[hit[hit >= 0]]] = True
    return visible


def _has_free_ray(scene: Scene, topology: Topology, part: int) -> bool:
    """Return whether any ray from points spread over the part leaves the model."""
    joined, parts = topology.joined, topology.parts
    triangles = np.flatnonzero(parts.of_triangle == part)
    triangles = triangles[:: max(1, len(triangles) // POINTS)]
    points: Floats = joined.positions[joined.triangles[triangles]].mean(axis=1)
    offset = np.float32(RAY_OFFSET * scene.diagonal_m)
    for direction in sphere_directions(DIRECTIONS).astype(np.float32):
        rays = np.broadcast_to(direction, points.shape)
        if not bool(occluded(scene, points + offset * direction, rays, 4 * scene.diagonal_m).all()):
            return True
    return False
