"""Distance from points to a surface: exactly, to the nearest of its triangles."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from vitrine.arrays import Floats, Ints, row_dot
from vitrine.render.scene import Scene
from vitrine.threads import map_slices

PIECES = 30_000
"""A surface is cut into about this many pieces, if its triangles are not that many already."""
FIRST, MOST = 16, 1024
"""How many of the nearest pieces are looked at first, and at most."""

FAR = 50
SMALL = 0.25
"""Pieces whose reach is at most this part of the largest are small."""


class ProximityQuery:
    """Answers how far points lie from a scene's surface; built once.

    Triangles are halved across their longest side until none is much longer than the others, and each piece
    has a middle and a reach, its largest distance from there. A few nearest middles give a first distance d.
    Only a piece whose middle is closer than d + its reach can be nearer; where the pieces looked at do not go
    out as far as d + the largest reach, more are looked at. Small pieces, of dense detail, are kept apart
    from large ones, so that a large reach does not make the search wide among them. Points further off than
    `FAR` times the reach are left at their first distance, which is at most a fiftieth too large.
    """

    def __init__(self, scene: Scene) -> None:
        corners = scene.positions[scene.triangles]
        self._triangles = _Triangles(corners)
        pieces, owner = _cut(corners)
        a, b, c = (pieces[:, i] for i in range(3))
        middles = (a + b + c) / np.float32(3)
        squared = np.maximum(np.maximum(_gap(a, middles), _gap(b, middles)), _gap(c, middles))
        reach = np.sqrt(squared) * np.float32(1.0001)
        small = reach <= reach.max() * SMALL
        groups = [_Group(middles[of], owner[of], reach[of]) for of in (small, ~small) if of.any()]
        self._groups = sorted(groups, key=lambda group: -len(group.owner))

    def distance(self, points: Floats) -> Floats:
        """Distance in metres from each of (n, 3) points to the surface, (n,) float64."""

        def part(piece: slice) -> Floats:
            best = np.full(piece.stop - piece.start, np.inf)
            for group in self._groups:
                group.improve(best, points[piece], self._triangles)
            metres: Floats = np.sqrt(best)
            return metres

        return np.concatenate(map_slices(part, len(points), size=4096))


class _Group:
    """Pieces of similar size, to be found by their middles."""

    def __init__(self, middles: Floats, owner: Ints, reach: Floats) -> None:
        self.owner = owner
        self._reach = reach
        self._tree = cKDTree(middles, balanced_tree=False, compact_nodes=False)

    def improve(self, best: Floats, points: Floats, triangles: _Triangles) -> None:
        """Lower the squared distances `best` (n,) of points (n, 3) to what these pieces' triangles give."""
        left = np.arange(len(points))
        # Where something near is known already, most points are done with after one look.
        done, count = 0, min(1 if np.isfinite(best).all() else FIRST, self._tree.n)
        reach = float(self._reach.max())
        while len(left):
            far, pieces = (a.reshape(len(left), count) for a in self._tree.query(points[left], k=count))
            for rank in range(done, count):
                candidate = pieces[:, rank]
                worth = np.nonzero(far[:, rank] - self._reach[candidate] < np.sqrt(best[left]))[0]
                which, rows = self.owner[candidate[worth]], left[worth]
                best[rows] = np.minimum(best[rows], triangles.squared_distance(points[rows], which))
            if count >= min(MOST, self._tree.n):
                break
            metres = np.sqrt(best[left])
            left = left[(far[:, -1] < metres + reach) & (metres <= FAR * reach)]
            done, count = count, min(2 * count, self._tree.n)


class _Triangles:
    """Triangles (m, 3 corners, 3)."""

    def __init__(self, corners: Floats) -> None:
        self._corners = corners

    def squared_distance(self, points: Floats, which: Ints) -> Floats:
        """Squared distance of each point (n, 3) to its own triangle (n,).

        In numbers s and t along two sides it is a quadratic, smallest inside the triangle or on a side
        (D. Eberly, "Distance Between Point and Triangle in 3D").
        """
        corners = self._corners[which].astype(np.float64)
        ab, ac, away = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0], corners[:, 0] - points
        a, b, c = row_dot(ab, ab), row_dot(ab, ac), row_dot(ac, ac)
        d, e, f = row_dot(away, ab), row_dot(away, ac), row_dot(away, away)
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


def _cut(corners: Floats) -> tuple[Floats, Ints]:
    """Triangles (m, 3, 3) in pieces (p, 3, 3) of similar length, and each piece's triangle (p,).

    Hair-thin triangles would need pieces without end: past a number of them the rest stay long.
    """
    most = 3 * len(corners) + 4 * PIECES
    squared = _squared_sides(corners)
    ab, bc, ca = squared.T
    # Heron's formula for squared lengths; twice the area of an equilateral triangle of side 1 is √3 / 2.
    doubled = np.sqrt(np.maximum(4 * ab * ca - (ab + ca - bc) ** 2, 0)) / 2
    # Side of equilateral triangles that cover the same area, as many as there should be pieces.
    fair = np.sqrt(2 / np.sqrt(3) * float(doubled.sum(dtype=np.float64)) / max(PIECES, len(corners)))
    limit = max(2 * fair, 1e-12) ** 2
    done: list[Floats] = []
    owners: list[Ints] = []
    owner: Ints = np.arange(len(corners))
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
    return row_dot(away, away)
