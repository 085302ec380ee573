"""Occlusion at half the picture's size, smoothed within surfaces, read at any picture point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Floats, Ints, row_dot
from vitrine.render.camera import Camera, pixel_grid
from vitrine.render.rays.intersect import intersect
from vitrine.render.rays.sampling import interleaved_index
from vitrine.render.rays.surface_hit import interpolate
from vitrine.render.scene import Scene
from vitrine.render.shading.ambient_occlusion import ambient_occlusion, light_visibility
from vitrine.render.shading.studio import KEY_TAN_HALF_ANGLE, Studio
from vitrine.threads import map_slices

NOT_SEEN = 0.85
"""Openness where the half-size picture has nothing to say: hair-thin parts, which are rarely enclosed."""


@dataclass(frozen=True, slots=True)
class OcclusionBuffer:
    """Openness to the dome and to the key lamp over a picture of `size_px`², flattened row by row."""

    size_px: int
    depth: Floats
    """(size_px²,), infinite where there is nothing"""
    normal: Floats
    """(size_px², 3)"""
    open: Floats
    """(size_px², 2): dome, key"""
    tolerance_m: float
    """Depths closer than this are one surface"""

    def read(self, xy: Floats, depth: Floats, normal: Floats) -> Floats:
        """Openness (n, 2) of surfaces seen at picture points `xy`, from the nearest entries like them."""
        at = (xy * np.array([1, -1], np.float32) + 1) * np.float32(self.size_px / 2) - np.float32(0.5)
        whole = np.floor(at).astype(np.int32)
        part = (at - whole).astype(np.float32)
        total = np.full((len(xy), 2), np.float32(NOT_SEEN * 1e-4))
        weight = np.full(len(xy), np.float32(1e-4))
        for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
            x, y = np.clip(whole + np.array([dx, dy]), 0, self.size_px - 1).T
            place = y * self.size_px + x
            near = (part[:, 0] if dx else 1 - part[:, 0]) * (part[:, 1] if dy else 1 - part[:, 1])
            w = (near + np.float32(1e-3)) * self._alike(place, depth, normal)
            total += self.open[place] * w[:, None]
            weight += w
        return total / weight[:, None]

    def smoothed(self) -> OcclusionBuffer:
        """Each entry averaged over a tile around it, along rows and then columns, where entries are alike."""
        n = self.size_px
        inside = np.nonzero(np.isfinite(self.depth))[0]
        depth, normal = self.depth[inside], self.normal[inside]
        at = np.divmod(inside, n)
        light = self.open
        for axis in (0, 1):
            total, weight = light[inside].copy(), np.ones(len(inside), np.float32)
            for step in (-2, -1, 1, 2):
                row, column = (np.clip(p + (step if axis == i else 0), 0, n - 1) for i, p in enumerate(at))
                place = row * n + column
                # Half a weight at both ends makes a window of four, the period of the tiles.
                w = self._alike(place, depth, normal) * np.float32(0.5 if abs(step) == 2 else 1)
                total += light[place] * w[:, None]
                weight += w
            light = light.copy()
            light[inside] = total / weight[:, None]
        return OcclusionBuffer(n, self.depth, self.normal, light, self.tolerance_m)

    def _alike(self, place: Ints, depth: Floats, normal: Floats) -> Floats:
        apart = np.abs(self.depth[place] - depth) / np.float32(self.tolerance_m)
        facing = np.clip(row_dot(self.normal[place], normal), 0, 1)
        alike: Floats = np.maximum(1 - apart, 0) * facing**4
        return alike


def occlusion_buffer(
    scene: Scene, camera: Camera, studio: Studio, size_px: int, *, dome_samples: int, key_samples: int
) -> OcclusionBuffer:
    """Cast `dome_samples` + `key_samples` rays from each of `size_px`² places that the camera sees."""
    xy = pixel_grid(size_px)
    origins, directions = camera.rays(xy)
    count = size_px * size_px

    def part(piece: slice) -> tuple[Floats, Floats, Floats]:
        hit = intersect(scene, origins[piece], directions[piece])
        met = hit.mask
        surface_hit = interpolate(scene, hit.take(met), directions[piece][met])
        rows, columns = np.divmod(np.arange(piece.start, piece.stop)[met], size_px)
        places = interleaved_index(rows, columns)
        light = np.ones((len(met), 2), np.float32)
        light[met, 0] = ambient_occlusion(scene, surface_hit, places, dome_samples)
        light[met, 1] = light_visibility(
            scene, surface_hit, studio.key, KEY_TAN_HALF_ANGLE, places, key_samples
        )
        normal = np.zeros((len(met), 3), np.float32)
        normal[met] = surface_hit.normal
        return hit.distance, normal, light

    depth, normal, light = (np.concatenate(c) for c in zip(*map_slices(part, count, size=8192), strict=True))
    middle = np.array([np.linalg.norm((scene.bounds_min + scene.bounds_max) / 2 - camera.eye)], np.float32)
    tolerance = 12 * float(camera.footprint_m(middle, size_px)[0])
    return OcclusionBuffer(size_px, depth, normal, light, tolerance).smoothed()
