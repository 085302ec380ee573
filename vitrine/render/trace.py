"""Trace camera rays through a scene: light, depth and normal of the surfaces along each."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Bools, Floats, Ints, row_dot, row_unit
from vitrine.compiled import kernels
from vitrine.render.camera import Camera
from vitrine.render.rays.intersect import Hit, intersect
from vitrine.render.rays.surface_hit import SurfaceHit, interpolate, is_front
from vitrine.render.scene import Scene
from vitrine.render.shading.brdf import shade
from vitrine.render.shading.material_samples import MaterialSamples, sample_materials
from vitrine.render.shading.occlusion_buffer import OcclusionBuffer
from vitrine.render.shading.studio import Studio
from vitrine.textures.color_space import tone_map

MAX_LAYERS = 16
"""Surfaces that a ray passes before it ends: transparent ones, and back sides of single-sided ones"""
MIN_TRANSMITTANCE = 0.004
"""Rays end when less than this part of the light behind them gets through: one level of 255."""


class RayTracer:
    """The scene, camera and light of one image; safe to share between threads."""

    def __init__(
        self, scene: Scene, camera: Camera, studio: Studio, occlusion: OcclusionBuffer | None
    ) -> None:
        self.scene, self.camera, self.studio, self.occlusion = scene, camera, studio, occlusion

    def trace(self, xy: Floats, pixel: float, first: Hit | None = None) -> tuple[Floats, Floats, Floats]:
        """Return premultiplied linear RGBA (n, 4), depth (n,) and normal (n, 3) at image points `xy` (n, 2).

        `pixel` is the width of a pixel, where the whole image is 2 wide; `first` are the first hits at the
        points, if they are known. Back faces of single-sided materials are culled (glTF 2.0 section 3.9.5).
        """
        scene = self.scene
        paths = kernels.Paths(len(xy), 3 if scene.see_through else 1)
        origins, directions = self.camera.rays(xy)
        rays, start = np.arange(len(xy), dtype=np.int32), np.zeros(len(xy), np.float32)
        hit = intersect(scene, origins, directions) if first is None else first
        for _ in range(MAX_LAYERS):
            hits = np.nonzero(hit.mask)[0]
            rays, hit = rays[hits], hit.take(hits)
            if not len(rays):
                break
            distance = start[hits] + hit.distance
            surface_hit = interpolate(scene, hit, directions[rays])
            goes_on = scene.culled[surface_hit.mesh] & ~surface_hit.front
            seen: slice | Ints = np.flatnonzero(~goes_on) if goes_on.any() else slice(None)
            if not goes_on.all():
                shown, at = surface_hit, distance
                if not isinstance(seen, slice):
                    shown, at = surface_hit.take(seen), distance[seen]
                forward = directions[rays[seen]]
                samples, goes_on[seen] = self._shade(paths, rays[seen], shown, at, forward, xy, pixel)
                if "thickness_m" in samples.layers:
                    self._refract(origins, directions, rays[seen], shown, samples)
            if not goes_on.any():
                break
            rays = rays[goes_on]
            start, hit = self._go_on(origins[rays], directions[rays], distance[goes_on])
        return paths.image()

    def covers(self, xy: Floats, first: Hit) -> Bools:
        """Return whether a surface is seen at image points `xy` (n, 2) with these first hits, (n,) bool.

        All materials are taken as opaque; back faces of single-sided ones are culled, as `trace` does.
        """
        scene = self.scene
        covered = np.zeros(len(xy), np.bool_)
        rays, start = np.arange(len(xy), dtype=np.int32), np.zeros(len(xy), np.float32)
        origins, directions = self.camera.rays(xy)
        hit = first
        for _ in range(MAX_LAYERS):
            hits = np.flatnonzero(hit.mask)
            rays, hit = rays[hits], hit.take(hits)
            goes_on = scene.culled[scene.mesh_of_triangle[hit.triangle]]
            if goes_on.any():
                goes_on &= ~is_front(scene, hit, directions[rays])
            covered[rays[~goes_on]] = True
            if not goes_on.any():
                break
            distance = (start[hits] + hit.distance)[goes_on]
            rays = rays[goes_on]
            start, hit = self._go_on(origins[rays], directions[rays], distance)
        return covered

    def _go_on(self, origins: Floats, directions: Floats, distance: Floats) -> tuple[Floats, Hit]:
        """Return where n rays start behind the surface at `distance` (n,), and what they hit from there."""
        start = np.asarray(distance + np.float32(1e-4 * self.scene.diagonal_m), np.float32)
        return start, intersect(self.scene, origins + directions * start[:, None], directions)

    def _shade(
        self,
        paths: kernels.Paths,
        rays: Ints,
        hit: SurfaceHit,
        distance: Floats,
        forward: Floats,
        xy: Floats,
        pixel: float,
    ) -> tuple[MaterialSamples, Bools]:
        """Add the light of surfaces; return their materials, and which of them light passes."""
        footprint_m = self.camera.footprint_m(distance, 1) * np.float32(pixel / 2)
        surface = sample_materials(self.scene, hit, footprint_m)
        if self.occlusion is None:
            ambient = key_visibility = np.ones(len(rays), np.float32)
        else:
            ambient, key_visibility = self.occlusion.upsample(xy[rays], distance, hit.normal).T
        shaded = shade(surface, self.studio, forward, ambient, key_visibility)
        color = tone_map(shaded.light)
        if surface.unlit.any():
            color = np.where(surface.unlit[:, None], surface.color, color)
        light_passes = paths.add(
            rays, color, surface.alpha, distance, surface.normal, shaded.passed, MIN_TRANSMITTANCE
        )
        return surface, light_passes

    def _refract(
        self, origins: Floats, directions: Floats, rays: Ints, hit: SurfaceHit, samples: MaterialSamples
    ) -> None:
        """Move rays to where the light behind a volume leaves it, after `thickness_m` (KHR_materials_volume).

        Behind the volume they go on as camera rays do: both of its surfaces are taken as one.
        """
        ratio = (1 / np.maximum(samples.layers["ior"], 1))[:, None]
        view = -row_unit(directions[rays])
        cosine = np.clip(row_dot(samples.normal, view), 0, 1)[:, None]
        inside = np.sqrt(np.maximum(1 - ratio**2 * (1 - cosine**2), 0))
        refracted = -view * ratio + samples.normal * (ratio * cosine - inside)
        offset = refracted * samples.layers["thickness_m"][:, None]
        if self.camera.perspective:
            leaves = hit.position + offset - self.camera.eye
            depth = np.maximum(leaves @ self.camera.forward, np.float32(1e-6))[:, None]
            directions[rays] = leaves / depth
        else:
            origins[rays] += offset - np.outer(offset @ self.camera.forward, self.camera.forward)
