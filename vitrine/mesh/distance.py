"""How far one surface lies from another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from vitrine.gltf.model import Floats, Indices
from vitrine.mesh.sampling import Samples, sample_surface

Points = npt.NDArray[np.float64]
CANDIDATES = 6
"""Triangles looked at for each point: those of the nearest samples."""


@dataclass(frozen=True, slots=True)
class Surface:
    """Triangles prepared for the question «where is the nearest point of you?»."""

    corners: npt.NDArray[np.float64]
    """(m, 3, 3)"""
    samples: Samples
    tree: cKDTree

    @classmethod
    def of(cls, positions: Floats, triangles: Indices, count: int, *, seed: int = 0) -> Surface:
        """Every triangle's centre stands for it in the search tree, and `count` samples for the large ones."""
        spread = sample_surface(positions, triangles, count, seed=seed)
        centers = positions[triangles].mean(axis=1, dtype=np.float64)
        samples = Samples(
            np.concatenate([centers, spread.points]),
            np.concatenate([np.arange(len(triangles)), spread.triangles]),
        )
        # Built for speed: the samples are even, so halving at midpoints keeps the tree shallow.
        tree = cKDTree(samples.points, balanced_tree=False, compact_nodes=False)
        return cls(positions[triangles].astype(np.float64), samples, tree)


def distances(points: Points, surface: Surface, *, jobs: int = 1) -> npt.NDArray[np.float64]:
    """(k,) distance from each point to the surface.

    Exact to the triangles of the `CANDIDATES` nearest samples, so at most a hair too large where a thin
    triangle held none of them.
    """
    count = min(CANDIDATES, len(surface.samples.points))
    _, near = surface.tree.query(points, k=count, workers=jobs)
    which = surface.samples.triangles[near.reshape(len(points), count)]
    best = np.full(len(points), np.inf)
    for column in range(count):
        np.minimum(best, _squared(points, surface.corners[which[:, column]]), out=best)
    return np.asarray(np.sqrt(best))


def _squared(p: Points, triangle: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(k,) squared distance of points (k, 3) to triangles (k, 3, 3).

    C. Ericson, "Real-Time Collision Detection", 2005, section 5.1.5: by the region the point projects to.
    """
    a, b, c = triangle[:, 0], triangle[:, 1], triangle[:, 2]
    ab, ac, ap = b - a, c - a, p - a
    bp, cp = p - b, p - c
    d1, d2, d3, d4, d5, d6 = (np.einsum("ij,ij->i", side, way) for way in (ap, bp, cp) for side in (ab, ac))
    va, vb, vc = d3 * d6 - d5 * d4, d5 * d2 - d1 * d6, d1 * d4 - d3 * d2
    with np.errstate(divide="ignore", invalid="ignore"):
        total = va + vb + vc
        v, w = vb / total, vc / total
        on_ab = np.nan_to_num(np.clip(d1 / (d1 - d3), 0, 1))
        on_ac = np.nan_to_num(np.clip(d2 / (d2 - d6), 0, 1))
        on_bc = np.nan_to_num(np.clip((d4 - d3) / ((d4 - d3) + (d5 - d6)), 0, 1))
    zero = np.zeros_like(v)
    v, w = _where(~(total > 0), (zero, zero), (v, w))
    v, w = _where((va <= 0) & (d4 - d3 >= 0) & (d5 - d6 >= 0), (1 - on_bc, on_bc), (v, w))
    v, w = _where((vb <= 0) & (d2 >= 0) & (d6 <= 0), (zero, on_ac), (v, w))
    v, w = _where((vc <= 0) & (d1 >= 0) & (d3 <= 0), (on_ab, zero), (v, w))
    v, w = _where((d6 >= 0) & (d5 <= d6), (zero, zero + 1), (v, w))
    v, w = _where((d3 >= 0) & (d4 <= d3), (zero + 1, zero), (v, w))
    v, w = _where((d1 <= 0) & (d2 <= 0), (zero, zero), (v, w))
    gap = ap - v[:, None] * ab - w[:, None] * ac
    return np.asarray(np.einsum("ij,ij->i", gap, gap))


Pair = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


def _where(condition: npt.NDArray[np.bool_], then: Pair, otherwise: Pair) -> Pair:
    return np.where(condition, then[0], otherwise[0]), np.where(condition, then[1], otherwise[1])
