"""Trace how much of the dome, and of the key light, surface points see."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Floats, Ints, row_dot
from vitrine.render.rays.intersect import occluded
from vitrine.render.rays.sampling import disc_light_directions, sphere_samples
from vitrine.render.rays.surface_hit import SurfaceHit
from vitrine.render.scene import Scene

MAX_DISTANCE = 0.25
"""Length of half an ambient-occlusion ray along the normal, in model diagonals: what is further off does not
occlude, as light comes from all sides"""
RAY_OFFSET = 2e-4
"""Distance of ray origins from the surface, in model diagonals, so that rays do not hit it again"""
MIN_LIGHT_COSINE = -0.15
"""Surfaces that face further away from the light are dark, and get no shadow rays."""


def ambient_occlusion(scene: Scene, hit: SurfaceHit, tile_index: Ints, samples: int) -> Floats:
    """Return the cosine-weighted part of the hemisphere that is visible, (n,) float32.

    It is 1 where nothing occludes and 0 in a closed crack.

    Parameters
    ----------
    hit : SurfaceHit
        n points
    tile_index : (n,) int
        Index of each point's pixel within its tile; see `interleaved_index`
    samples : int
        Rays for each point
    """
    origins = hit.position + hit.flat_normal * np.float32(RAY_OFFSET * scene.diagonal_m)
    directions = hit.normal[:, None] + sphere_samples(samples)[tile_index]
    # Around an interpolated normal some directions point below the flat triangle: they are reflected.
    below = np.minimum(np.einsum("nsi,ni->ns", directions, hit.flat_normal), 0)
    directions -= (2 * below)[..., None] * hit.flat_normal[:, None]
    return 1 - _occluded_part(scene, origins, directions, MAX_DISTANCE * scene.diagonal_m)


def light_visibility(
    scene: Scene, hit: SurfaceHit, toward: Floats, tan_half_angle: float, tile_index: Ints, samples: int
) -> Floats:
    """Return the part of a disc light that each point sees, (n,) float32.

    Parameters
    ----------
    hit : SurfaceHit
        n points
    toward : (3,) float32
        Unit vector to the centre of the light
    tan_half_angle : float
        Tangent of half the angle under which the light is seen
    tile_index : (n,) int
        Index of each point's pixel within its tile; see `interleaved_index`
    samples : int
        Rays for each point
    """
    origins = hit.position + hit.flat_normal * np.float32(RAY_OFFSET * scene.diagonal_m)
    lit = np.nonzero(row_dot(hit.normal, np.broadcast_to(toward, origins.shape)) > MIN_LIGHT_COSINE)[0]
    shadow = np.zeros(len(origins), np.float32)
    directions = disc_light_directions(toward, tan_half_angle, samples)[tile_index[lit]]
    shadow[lit] = _occluded_part(scene, origins[lit], directions, 4 * scene.diagonal_m)
    return 1 - shadow


def _occluded_part(scene: Scene, origins: Floats, directions: Floats, max_distance: float) -> Floats:
    """Part of the rays (n, samples, 3) of each point that is occluded, (n,) float32.

    The rays of a point follow each other, so that they find the same parts of the BVH in the cache.
    """
    count, samples = directions.shape[:2]
    if not samples:
        return np.zeros(count, np.float32)
    hit = occluded(scene, np.repeat(origins, samples, axis=0), directions.reshape(-1, 3), max_distance)
    return np.asarray(hit.reshape(count, samples).mean(axis=1), np.float32)
