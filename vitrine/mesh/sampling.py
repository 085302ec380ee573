"""Points spread evenly over a surface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vitrine.gltf.model import Floats, Indices
from vitrine.mesh.normals import face_vectors


@dataclass(frozen=True, slots=True)
class Samples:
    """Points on a surface and the triangle each lies in."""

    points: npt.NDArray[np.float64]
    """(k, 3)"""
    triangles: npt.NDArray[np.int64]
    """(k,)"""


def sample_surface(positions: Floats, triangles: Indices, count: int, *, seed: int = 0) -> Samples:
    """`count` points, in the mean as many to each unit of area; the same seed gives the same points.

    Stratified: each of `count` equal shares of the area holds one point, so no part goes unseen by chance.
    Within a triangle by the square-root map (Osada et al., "Shape distributions", 2002).
    """
    dice = np.random.default_rng(seed)
    area = np.linalg.norm(face_vectors(positions, triangles), axis=1)
    upto = np.cumsum(area)
    total = float(upto[-1]) if len(upto) else 0.0
    if total <= 0:
        chosen = np.zeros(count if len(triangles) else 0, np.int64)
    else:
        chosen = np.searchsorted(upto, (np.arange(count) + dice.random(count)) * (total / count))
        chosen = np.minimum(chosen, len(triangles) - 1)
    root, along = np.sqrt(dice.random(len(chosen))), dice.random(len(chosen))
    weights = np.stack([1 - root, root * (1 - along), root * along], axis=1)
    corners = positions[triangles[chosen]].astype(np.float64)
    return Samples(np.einsum("kc,kcd->kd", weights, corners), chosen)
