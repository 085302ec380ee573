"""Measure the distance from points to the closest triangles of a surface."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Floats, Ints, row_dot
from vitrine.render.scene import Scene
from vitrine.threads import map_slices

MIN_PIECES = 30_000
"""Triangles are split into about this many pieces, unless they are that many already."""
FIRST_NEIGHBORS, MAX_NEIGHBORS = 16, 1024
"""Neighbours that are asked of the k-d tree first, and at most"""
FAR_RADII = 50
"""Points further away than this many bounding radii keep the distance found first, at most 1/50 too large."""
SMALL_RADIUS = 0.25
"""Pieces with at most this part of the largest bounding radius are searched apart from the others."""


class ProximityQuery:
    """Distances to a scene's surface, from a k-d tree that is built once.

    Triangles are bisected at their longest edge until none is much longer than the others. Each piece has a
    centroid and a bounding radius around it. The nearest few centroids give a first distance d. Only a piece
    whose centroid is closer than d plus its radius can be nearer; where the neighbours found do not extend to
    d plus the largest radius, more are asked for. Small pieces, of dense detail, have a tree of their own, so
    that a large radius does not widen the search among them.
    """

    def __init__(self, scene: Scene) -> None:
        corners = scene.positions[scene.triangles]
        self._triangles = _Triangles(corners)
        pieces, triangle = _split(corners)
        a, b, c = (pieces[:, i] for i in range(3))
        centroid = (a + b + c) / np.float32(3)
        squared = _max_of_three(
            _squared_distance(a, centroid), _squared_distance(b, centroid), _squared_distance(c, centroid)
        )
        radius = np.sqrt(squared) * np.float32(1.0001)
        small = radius <= radius.max() * SMALL_RADIUS
        groups = [_Pieces(centroid[of], triangle[of], radius[of]) for of in (small, ~small) if of.any()]
        self._groups = sorted(groups, key=lambda group: -len(group.triangle))

    def distance(self, points: Floats) -> Floats:
        """Return the distance in metres from each point (n, 3) to the surface, (n,) float64."""

        def query(part: slice) -> Floats:
            squared = np.full(part.stop - part.start, np.inf)
            for group in self._groups:
                group.lower(squared, points[part], self._triangles)
            metres: Floats = np.sqrt(squared)
            return metres

        return np.concatenate(map_slices(query, len(points), size=4096))


class _Pieces:
    """Pieces of similar size in a k-d tree of their centroids."""

    def __init__(self, centroids: Floats, triangle: Ints, radius: Floats) -> None:
        self.triangle = triangle
        self._radius = radius
        from scipy.spatial import cKDTree

        self._tree = cKDTree(centroids, balanced_tree=False, compact_nodes=False)

    def lower(self, squared: Floats, points: Floats, triangles: _Triangles) -> None:
        """Lower the squared distances (n,) of points (n, 3) to those of the triangles of these pieces."""
        open_points = np.arange(len(points))
        # With distances from another group, one neighbour is enough for most points.
        done, count = 0, min(1 if np.isfinite(squared).all() else FIRST_NEIGHBORS, self._tree.n)
        max_radius = float(self._radius.max())
        while len(open_points):
            to_centroid, pieces = (
                found.reshape(len(open_points), count)
                for found in self._tree.query(points[open_points], k=count)
            )
            for rank in range(done, count):
                piece = pieces[:, rank]
                bound = to_centroid[:, rank] - self._radius[piece]
                can_be_nearer = np.nonzero(bound < np.sqrt(squared[open_points]))[0]
                triangle, rows = self.triangle[piece[can_be_nearer]], open_points[can_be_nearer]
                squared[rows] = np.minimum(squared[rows], triangles.squared_distance(points[rows], triangle))
            if count >= min(MAX_NEIGHBORS, self._tree.n):
                break
            metres = np.sqrt(squared[open_points])
            unsure = (to_centroid[:, -1] < metres + max_radius) & (metres <= FAR_RADII * max_radius)
            open_points = open_points[unsure]
            done, count = count, min(2 * count, self._tree.n)


class _Triangles:
    """Triangles (m, 3 corners, 3)."""

    def __init__(self, corners: Floats) -> None:
        self._corners = corners

    def squared_distance(self, points: Floats, triangle: Ints) -> Floats:
        """Return the squared distance of each point (n, 3) to its own triangle (n,), (n,) float64.

        In s and t along two edges it is a quadratic, smallest inside the triangle or on an edge (D. Eberly,
        "Distance Between Point and Triangle in 3D").
        """
        corners = self._corners[triangle].astype(np.float64)
        ab, ac, pa = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0], corners[:, 0] - points
        a, b, c = row_dot(ab, ab), row_dot(ab, ac), row_dot(ac, ac)
        d, e, f = row_dot(pa, ab), row_dot(pa, ac), row_dot(pa, pa)
        nearest = np.minimum(_least_on_edge(a, d, f), _least_on_edge(c, e, f))
        nearest = np.minimum(nearest, _least_on_edge(a - 2 * b + c, b + e - a - d, f + 2 * d + a))
        determinant = a * c - b * b
        s, t = b * e - c * d, b * d - a * e
        inside = (s > 0) & (t > 0) & (s + t < determinant)
        scale = determinant[inside]
        s, t = s[inside] / scale, t[inside] / scale
        # At its minimum, half of the quadratic's linear part is left.
        in_plane = f[inside] + s * d[inside] + t * e[inside]
        nearest[inside] = np.minimum(nearest[inside], in_plane)
        clipped: Floats = np.maximum(nearest, 0)
        return clipped


def _least_on_edge(quadratic: Floats, linear: Floats, constant: Floats) -> Floats:
    """Least value of constant + 2·linear·t + quadratic·t² for t in 0…1."""
    t = np.clip(-linear / np.maximum(quadratic, 1e-300), 0, 1)
    least: Floats = constant + t * (2 * linear + t * quadratic)
    return least


def _split(corners: Floats) -> tuple[Floats, Ints]:
    """Split triangles (m, 3, 3) into pieces (p, 3, 3) of similar length, and return each one's triangle (p,).

    Sliver triangles would need pieces without end: beyond a number of them the rest stay long.
    """
    max_pieces = 3 * len(corners) + 4 * MIN_PIECES
    squared = _squared_edges(corners)
    ab, bc, ca = squared.T
    # Heron's formula for squared lengths; twice the area of an equilateral triangle of side 1 is √3 / 2.
    twice_area = np.sqrt(np.maximum(4 * ab * ca - (ab + ca - bc) ** 2, 0)) / 2
    total = float(twice_area.sum(dtype=np.float64))
    # Edge of the equilateral triangles that cover the same area with as many pieces as there should be.
    edge = np.sqrt(2 / np.sqrt(3) * total / max(MIN_PIECES, len(corners)))
    limit = max(2 * edge, 1e-12) ** 2
    pieces: list[Floats] = []
    triangles: list[Ints] = []
    triangle: Ints = np.arange(len(corners))
    while len(corners):
        small = _max_of_three(*squared.T) <= limit
        if sum(map(len, pieces)) + 2 * len(corners) > max_pieces:
            small[:] = True
        pieces.append(corners[small])
        triangles.append(triangle[small])
        corners, triangle, longest = corners[~small], triangle[~small], squared[~small].argmax(axis=1)
        rows = np.arange(len(corners))
        a, b, c = (corners[rows, (longest + i) % 3] for i in range(3))
        midpoint = (a + b) / 2
        corners = np.concatenate([np.stack([a, midpoint, c], axis=1), np.stack([midpoint, b, c], axis=1)])
        triangle = np.concatenate([triangle, triangle])
        squared = _squared_edges(corners)
    return np.concatenate(pieces), np.concatenate(triangles)


def _squared_edges(corners: Floats) -> Floats:
    """Squared lengths of the edges ab, bc and ca, (m, 3)."""
    return np.stack([_squared_distance(corners[:, i], corners[:, (i + 1) % 3]) for i in range(3)], axis=1)


def _max_of_three(a: Floats, b: Floats, c: Floats) -> Floats:
    """Element by element; ten times as fast as `max(axis=1)`."""
    largest: Floats = np.maximum(np.maximum(a, b), c)
    return largest


def _squared_distance(a: Floats, b: Floats) -> Floats:
    """Squared distance of each row of `a` from the same row of `b`."""
    difference = a - b
    return row_dot(difference, difference)
