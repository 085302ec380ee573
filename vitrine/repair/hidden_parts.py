"""Remove parts hidden inside a model, which add bytes and are never visible."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vitrine.arrays import Bools, Floats, Ints, row_cross, row_dot
from vitrine.geometry.topology import Parts, Topology
from vitrine.gltf.model import Material
from vitrine.render.rays.intersect import intersect, occluded
from vitrine.render.scene import TRANSMISSION, Scene
from vitrine.threads import cpu_count, map_items

VIEWPOINTS, RAYS_PER_SIDE = 42, 128
"""Orthographic viewpoints around the model, each with a square grid of rays: they find most visible parts."""
POINTS, DIRECTIONS = 20_000, 48
"""Points at most on each part that no viewpoint shows, and directions of rays from each point."""
RAY_OFFSET = 1e-4
"""Rays start this far off the surface, relative to the model's diagonal, to miss their own triangle."""
MIN_RAYS_OF_A_THREAD = 2_000
"""Fewer rays take less time than handing them to a thread."""
MAX_LAYERS = 32
"""Surfaces that a ray passes before it counts as stopped"""


def remove_hidden_parts(topology: Topology) -> tuple[Topology, int, int]:
    """Return the model without its hidden parts, how many were removed, and their triangles.

    Generators that rebuild a surface from an unsigned distance field leave a second wall inside hollow
    objects. A part is hidden when no ray from outside hits it first, and every ray from it is occluded by the
    model. Rays pass what viewers look through: materials that blend, have holes or transmit, and
    single-sided ones from behind. What shows through a gap or an opening stays.
    """
    parts = topology.parts
    if parts.count < 2:
        return topology, 0, 0
    surface = _Surface(topology)
    hidden = ~_visible_from_outside(surface, parts)
    for part in np.flatnonzero(hidden):
        hidden[part] = not _has_free_ray(surface, topology, int(part))
    if not bool(hidden.any()) or bool(hidden.all()):  # something is seen of every model
        return topology, 0, 0
    triangles = int(np.count_nonzero(hidden[parts.of_triangle]))
    return topology.without_parts(hidden), int(np.count_nonzero(hidden)), triangles


def is_seen_through(material: Material) -> bool:
    """Return whether viewers see what is behind a surface of this material, everywhere or in places."""
    transmission = material.extensions.get(TRANSMISSION, {}).get("transmissionFactor", 0)
    return material.alpha_mode != "OPAQUE" or transmission > 0


def sphere_directions(count: int) -> Floats:
    """Return unit vectors spread evenly over the sphere, (count, 3) float64.

    A Fibonacci lattice: R. Swinbank, R. J. Purser, "Fibonacci grids", 2006.
    """
    number = np.arange(count) + 0.5
    height = 1 - 2 * number / count
    angle = np.pi * (1 + 5**0.5) * number
    radius = np.sqrt(1 - height**2)
    return np.stack([radius * np.cos(angle), height, radius * np.sin(angle)], axis=1)


class _Surface:
    """The model's triangles, and which of them stop the sight of a viewer."""

    def __init__(self, topology: Topology) -> None:
        self.scene = Scene(topology.model)
        clear = np.array([is_seen_through(self.scene.materials[m]) for m, _ in self.scene.mesh_materials])
        self.clear: Bools = clear[self.scene.mesh_of_triangle]
        self.single: Bools = self.scene.culled[self.scene.mesh_of_triangle]
        self.stops_all = not self.clear.any() and not self.single.any()
        """Whether no ray passes any triangle"""
        a, b, c = (self.scene.positions[self.scene.triangles[:, corner]] for corner in range(3))
        self.normals: Floats = row_cross(b - a, c - a)

    def shows(self, triangles: Ints, toward: Floats) -> Bools:
        """Return whether viewers in directions (n, 3) see triangles (n,): from behind, if double-sided."""
        return ~self.single[triangles] | (row_dot(self.normals[triangles], toward) > 0)

    def stops(self, triangles: Ints, toward: Floats) -> Bools:
        """Return whether triangles hide from viewers what is behind them."""
        return self.shows(triangles, toward) & ~self.clear[triangles]

    def seen(self, origins: Floats, direction: Floats, visible: Bools, of_triangle: Ints) -> None:
        """Mark the parts that parallel rays of a viewer show, in `visible` (parts,)."""
        rays = np.broadcast_to(direction, origins.shape).astype(np.float32)
        for _ in range(MAX_LAYERS):
            hit = intersect(self.scene, origins, rays)
            found = np.flatnonzero(hit.mask)
            triangles, rays = hit.triangle[found], rays[: len(found)]
            visible[of_triangle[triangles[self.shows(triangles, -rays)]]] = True
            passed = ~self.stops(triangles, -rays)
            if not passed.any():
                return
            origins = self._behind(origins[found], hit.distance[found], rays)[passed]
            rays = rays[passed]

    def any_free(self, points: Floats, direction: Floats) -> bool:
        """Return whether a viewer in a direction sees any of the points."""
        rays = np.broadcast_to(direction, points.shape).astype(np.float32)
        if self.stops_all:
            return not occluded(self.scene, points, rays, 4 * self.scene.diagonal_m).all()
        for _ in range(MAX_LAYERS):
            hit = intersect(self.scene, points, rays)
            if not hit.mask.all():
                return True
            passed = ~self.stops(hit.triangle, rays)
            if not passed.any():
                return False
            points, rays = self._behind(points, hit.distance, rays)[passed], rays[passed]
        return False

    def _behind(self, origins: Floats, distance: Floats, rays: Floats) -> Floats:
        step = distance + np.float32(RAY_OFFSET * self.scene.diagonal_m)
        return np.asarray(origins + rays * step[:, None], np.float32)


def _visible_from_outside(surface: _Surface, parts: Parts) -> Bools:
    """Return whether a ray of some viewpoint shows each part, (parts,) bool."""
    scene = surface.scene
    visible = np.zeros(parts.count, np.bool_)
    center, radius = (scene.bounds_min + scene.bounds_max) / 2, scene.diagonal_m / 2
    steps = np.linspace(-1, 1, RAYS_PER_SIDE)
    across, along = (grid.reshape(-1, 1) for grid in np.meshgrid(steps, steps))

    def look(direction: Floats) -> bool:
        right = np.cross(direction, (0, 1, 0) if abs(direction[1]) < 0.9 else (1, 0, 0))
        right /= np.linalg.norm(right)
        up = np.cross(right, direction)
        origins = center - 2 * radius * direction + radius * (across * right + along * up)
        surface.seen(origins.astype(np.float32), direction, visible, parts.of_triangle)
        return bool(visible.all())

    _any_direction(look, sphere_directions(VIEWPOINTS), rays=RAYS_PER_SIDE**2)
    return visible


def _has_free_ray(surface: _Surface, topology: Topology, part: int) -> bool:
    """Return whether any ray from points spread over the part leaves the model."""
    joined, parts = topology.joined, topology.parts
    triangles = np.flatnonzero(parts.of_triangle == part)
    triangles = triangles[:: max(1, len(triangles) // POINTS)]
    points: Floats = joined.positions[joined.triangles[triangles]].mean(axis=1)
    offset = np.float32(RAY_OFFSET * surface.scene.diagonal_m)

    def leaves(direction: Floats) -> bool:
        shown = surface.shows(triangles, np.broadcast_to(direction, points.shape))
        return bool(shown.any()) and surface.any_free(points[shown] + offset * direction, direction)

    return _any_direction(leaves, sphere_directions(DIRECTIONS).astype(np.float32), rays=len(points))


def _any_direction(test: Callable[[Floats], bool], directions: Floats, *, rays: int) -> bool:
    """Return whether `test` holds for any direction (n, 3); with many `rays` each, on all cores."""
    at_once = cpu_count() if rays >= MIN_RAYS_OF_A_THREAD else 1
    for start in range(0, len(directions), at_once):
        if any(map_items(test, list(directions[start : start + at_once]))):
            return True
    return False
