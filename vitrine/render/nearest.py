"""Distance from points to a surface: exactly, to the nearest of its triangles."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from vitrine.render.arrays import Flags, Floats, Numbers
from vitrine.render.scene import Scene
from vitrine.render.spread import spread

PIECES = 60_000
"""A surface is cut into about this many pieces, if its triangles are not that many already."""
FIRST, MOST = 16, 1024
"""How many of the nearest pieces are looked at first, and at most."""

FAR = 50


class Nearest:
    """Answers how far points lie from a scene's surface; built once.

    Triangles are halved across their longest side until none is much longer than the others, and each piece
    has a middle and a reach, its largest distance from there. A few nearest middles give a first distance d.
    Only a piece whose middle is closer than d + its reach can be nearer; where the pieces looked at do not go
    out as far as d + the largest reach, more are looked at. Points further off than `FAR` times that reach
    are left at their first distance, which is at most a fiftieth too large.
    """

    def __init__(self, scene: Scene) -> None:
        corners = scene.positions[scene.triangles]
        self._triangles = _Triangles(corners.astype(np.float64))
        pieces, self._owner = _cut(corners)
        a, b, c = (pieces[:, i] for i in range(3))
        middles = (a + b + c) / np.float32(3)
        squared = np.maximum(np.maximum(_gap(a, middles), _gap(b, middles)), _gap(c, middles))
        self._reach: Floats = np.sqrt(squared) * np.float32(1.0001)
        self._tree = cKDTree(middles, balanced_tree=False, compact_nodes=False)

    def distance(self, points: Floats) -> Floats:
        """Distance in metres from each of (n, 3) points to the surface, (n,) float64."""

        def part(piece: slice) -> Floats:
            here = points[piece]
            metres = np.empty(len(here))
            left, count = np.arange(len(here)), min(FIRST, self._tree.n)
            while len(left):
                metres[left], sure = self._among(here[left], count)
                if count >= min(MOST, self._tree.n):
                    break
                left, count = left[~sure], min(2 * count, self._tree.n)
            return metres

        return np.concatenate(spread(part, len(points), size=4096))

    def _among(self, points: Floats, count: int) -> tuple[Floats, Flags]:
        """Distance to the nearest of the `count` nearest pieces, and whether no other can be nearer."""
        far, pieces = (a.reshape(len(points), count) for a in self._tree.query(points, k=count))
        best = self._triangles.squared_distance(points, self._owner[pieces[:, 0]])
        for rank in range(1, count):
            candidate = pieces[:, rank]
            worth = np.nonzero(far[:, rank] - self._reach[candidate] < np.sqrt(best))[0]
            found = self._triangles.squared_distance(points[worth], self._owner[candidate[worth]])
            best[worth] = np.minimum(best[worth], found)
        metres = np.sqrt(best)
        reach = self._reach.max()
        return metres, (far[:, -1] >= metres + reach) | (metres > FAR * reach)


class _Triangles:
    """Triangles (m, 3 corners, 3) with what their distance formula needs."""

    def __init__(self, corners: Floats) -> None:
        self._a = corners[:, 0]
        self._ab, self._ac = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        self._products = np.stack(
            [_dot(self._ab, self._ab), _dot(self._ab, self._ac), _dot(self._ac, self._ac)], axis=1
        )

    def squared_distance(self, points: Floats, which: Numbers) -> Floats:
        """Squared distance of each point (n, 3) to its own triangle (n,).

        In numbers s and t along two sides it is a quadratic, smallest inside the triangle or on a side
        (D. Eberly, "Distance Between Point and Triangle in 3D").
        """
        away = self._a[which] - points
        a, b, c = self._products[which].T
        d, e, f = _dot(away, self._ab[which]), _dot(away, self._ac[which]), _dot(away, away)
        nearest = np.minimum(_on_side(a, d, f), _on_side(c, e, f))
        nearest = np.minimum(nearest, _on_side(a - 2 * b + c, b + e - a - d, f + 2 * d + a))
        size = a * c - b * b
        s, t = b * e - c * d, b * d - a * e
        inside = (s > 0) & (t > 0) & (s + t < size)
        over = size[inside]
        s, t = s[inside] / over, t[inside] / over
        flat = (
            f[inside] + s * d[inside] + t * e[inside]
        )  # half of the quadratic's slope is left at its minimum
        nearest[inside] = np.minimum(nearest[inside], flat)
        clipped: Floats = np.maximum(nearest, 0)
        return clipped


def _on_side(length: Floats, slope: Floats, start: Floats) -> Floats:
    """Least of start + 2·slope·t + length·t² for t in 0…1."""
    t = np.clip(-slope / np.maximum(length, 1e-300), 0, 1)
    least: Floats = start + t * (2 * slope + t * length)
    return least


def _cut(corners: Floats) -> tuple[Floats, Numbers]:
    """Triangles (m, 3, 3) in pieces (p, 3, 3) of similar length, and each piece's triangle (p,).

    Hair-thin triangles would need pieces without end: past a number of them the rest stay long.
    """
    most = 3 * len(corners) + 4 * PIECES
    squared = _squared_sides(corners)
    ab, bc, ca = squared.T
    # Heron's formula for squared lengths; twice the area of an equilateral triangle of side 1 is √3 / 2.
    doubled = np.sqrt(np.maximum(4 * ab * ca - (ab + ca - bc) ** 2, 0)) / 2
    fair = np.sqrt(2 / np.sqrt(3) * float(doubled.sum(dtype=np.float64)) / PIECES)
    usual = float(np.sqrt(np.median(_largest(squared))))
    limit = max(min(1.5 * fair, 1.5 * usual), 1e-12) ** 2
    done: list[Floats] = []
    owners: list[Numbers] = []
    owner: Numbers = np.arange(len(corners))
    while len(corners):
        small = _largest(squared) <= limit
        if sum(map(len, done)) + 2 * len(corners) > most:
            small[:] = True
        done.append(corners[small])
        owners.append(owner[small])
        corners, owner, longest = corners[~small], owner[~small], squared[~small].argmax(axis=1)
        rows = np.arange(len(corners))
        a, b, c = (corners[rows, (longest + i) % 3] for i in range(3))
        middle = (a + b) / 2
        corners = np.concatenate([np.stack([a, middle, c], axis=1), np.stack([middle, b, c], axis=1)])
        owner = np.concatenate([owner, owner])
        squared = _squared_sides(corners)
    return np.concatenate(done), np.concatenate(owners)


def _squared_sides(corners: Floats) -> Floats:
    """Of the sides ab, bc and ca, (m, 3)."""
    return np.stack([_gap(corners[:, i], corners[:, (i + 1) % 3]) for i in range(3)], axis=1)


def _largest(of_three: Floats) -> Floats:
    """Row by row, (m,); ten times as quick as `max(axis=1)`."""
    largest: Floats = np.maximum(np.maximum(of_three[:, 0], of_three[:, 1]), of_three[:, 2])
    return largest


def _gap(a: Floats, b: Floats) -> Floats:
    """Squared distance row by row."""
    away = a - b
    return _dot(away, away)


def _dot(a: Floats, b: Floats) -> Floats:
    products: Floats = np.einsum("ij,ij->i", a, b)
    return products
