"""Ambient occlusion and shadows at half the image's size, blurred and upsampled within surfaces.

A joint bilateral filter takes depth and normals as its guide (G. Petschnigg et al., "Digital Photography with
Flash and No-Flash Image Pairs", 2004; J. Kopf et al., "Joint Bilateral Upsampling", 2007).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vitrine.arrays import Floats
from vitrine.compiled import kernels
from vitrine.render.camera import Camera, pixel_grid
from vitrine.render.rays.intersect import visible
from vitrine.render.rays.sampling import interleaved_index
from vitrine.render.rays.surface_hit import interpolate
from vitrine.render.scene import Scene
from vitrine.render.shading.ambient_occlusion import ambient_occlusion, light_visibility
from vitrine.render.shading.studio import KEY_TAN_HALF_ANGLE, Studio
from vitrine.threads import map_slices

DEFAULT_VISIBILITY = 0.85
"""Where the buffer has no similar entry: hair-thin parts, which are rarely enclosed"""
DEFAULT_WEIGHT = 1e-4
DEPTH_TOLERANCE_PX = 12
"""Depths that differ by fewer pixel footprints than this belong to one surface."""


@dataclass(frozen=True, slots=True)
class OcclusionBuffer:
    """Visibility of the dome and of the key light over an image of `size_px`² entries, row by row."""

    size_px: int
    depth: Floats
    """(size_px²,) float32, metres, infinite where there is nothing"""
    normal: Floats
    """(size_px², 3) float32, unit"""
    visibility: Floats
    """(size_px², 2) float32 in 0…1: dome, key light"""
    tolerance_m: float
    """Entries whose depths differ by less than this are similar"""

    def upsample(self, xy: Floats, depth: Floats, normal: Floats) -> Floats:
        """Return the visibility of surface points, (n, 2) float32, from the nearest similar entries.

        Parameters
        ----------
        xy : (n, 2) float32
            Image points in -1…1, +y up
        depth : (n,) float32
            Metres
        normal : (n, 3) float32
            Unit normals
        """
        return kernels.upsample_visibility(
            self.depth,
            self.normal,
            self.visibility,
            self.size_px,
            self.tolerance_m,
            xy,
            depth,
            normal,
            DEFAULT_VISIBILITY,
            DEFAULT_WEIGHT,
        )

    def blur(self) -> OcclusionBuffer:
        """Return a copy blurred along columns and then rows, over a tile, within similar entries."""
        visibility = self.visibility
        for axis in (0, 1):
            visibility = kernels.blur_visibility(
                self.depth, self.normal, visibility, self.size_px, self.tolerance_m, axis
            )
        return replace(self, visibility=visibility)


def occlusion_buffer(
    scene: Scene, camera: Camera, studio: Studio, size_px: int, *, dome_samples: int, key_samples: int
) -> OcclusionBuffer:
    """Trace the visibility of the dome and of the key light for `size_px`² pixels, and blur it.

    Parameters
    ----------
    dome_samples, key_samples : int
        Rays for each pixel; 0 leaves everything visible.
    """
    _, directions = camera.rays(pixel_grid(size_px))
    seen = visible(scene, camera, size_px)
    count = size_px * size_px

    def trace(part: slice) -> tuple[Floats, Floats, Floats]:
        hit = seen.take(part)
        mask = hit.mask
        surface_hit = interpolate(scene, hit.take(mask), directions[part][mask])
        rows, columns = np.divmod(np.arange(part.start, part.stop)[mask], size_px)
        index = interleaved_index(rows, columns)
        visibility = np.ones((len(mask), 2), np.float32)
        visibility[mask, 0] = ambient_occlusion(scene, surface_hit, index, dome_samples)
        visibility[mask, 1] = light_visibility(
            scene, surface_hit, studio.key, KEY_TAN_HALF_ANGLE, index, key_samples
        )
        normal = np.zeros((len(mask), 3), np.float32)
        normal[mask] = surface_hit.normal
        return hit.distance, normal, visibility

    parts = map_slices(trace, count, size=8192)
    depth, normal, visibility = (np.concatenate(column) for column in zip(*parts, strict=True))
    center = (scene.bounds_min + scene.bounds_max) / 2
    distance = np.array([np.linalg.norm(center - camera.eye)], np.float32)
    tolerance_m = DEPTH_TOLERANCE_PX * float(camera.footprint_m(distance, size_px)[0])
    return OcclusionBuffer(size_px, depth, normal, visibility, tolerance_m).blur()
