"""A scene seen by a camera: colours, depths, normals and the outline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Bools, Bytes, Floats, Ints
from vitrine.gltf.model import Model
from vitrine.render.camera import Camera, box_corners, pixel_grid
from vitrine.render.quality import PREVIEW_QUALITY, RenderQuality
from vitrine.render.rays.intersect import intersect
from vitrine.render.rays.surface_hit import interpolate
from vitrine.render.scene import Scene
from vitrine.render.shading.brdf import shade
from vitrine.render.shading.material_samples import sample_materials
from vitrine.render.shading.occlusion_buffer import OcclusionBuffer, occlusion_buffer
from vitrine.render.shading.studio import Studio
from vitrine.textures.color_space import to_srgb, tone_map
from vitrine.threads import map_slices

LAYERS = 8
"""Sheets of transparent material that a ray passes before it gives up."""
EDGE = 20
"""Neighbours that differ by more than this, in bytes of any channel, are an edge and are sampled finer."""
# A square turned by 26.6 degrees: no two samples share a row or a column of the pixel.
SUBPIXELS = np.array([[-0.125, -0.375], [0.375, -0.125], [0.125, 0.375], [-0.375, 0.125]], np.float32)


@dataclass(frozen=True, slots=True)
class RenderedImage:
    """A square picture and what lies behind it."""

    rgba: Bytes
    """(n, n, 4) sRGB, alpha not multiplied in"""
    depth: Floats
    """(n, n) metres along the camera's axis, infinite where there is nothing"""
    normal: Floats
    """(n, n, 3) unit vectors in the world, towards the camera; zero where there is nothing"""
    mask: Bools
    """(n, n) whether something stands at the pixel's centre"""


def render_image(
    model: Model | Scene, camera: Camera, size_px: int, quality: RenderQuality = PREVIEW_QUALITY
) -> RenderedImage:
    """Draw a model under the studio's light on nothing; the same arguments give the same bytes.

    Raises `ModelError` when the model has no triangles or a texture cannot be read.
    """
    scene = model if isinstance(model, Scene) else Scene(model)
    scene.prepare()
    studio = Studio.around(camera)
    shadows = None
    if quality.dome_samples or quality.key_samples:
        shadows = occlusion_buffer(
            scene,
            camera,
            studio,
            max(size_px // 2, 1),
            dome_samples=quality.dome_samples,
            key_samples=quality.key_samples,
        )
    window = _window(scene, camera, size_px)
    rows, columns = (part.stop - part.start for part in window)
    xy = pixel_grid(size_px).reshape(size_px, size_px, 2)[window].reshape(-1, 2)

    def paint(points: Floats, pixel: float) -> list[tuple[Floats, Floats, Floats]]:
        return map_slices(
            lambda part: _paint(scene, camera, studio, points[part], 2 * pixel / size_px, shadows),
            len(points),
        )

    light, depth, normal = (np.concatenate(c) for c in zip(*paint(xy, 1.0), strict=True))
    rgba = _encode(light)
    if quality.antialias:
        edges = np.nonzero(_edges(rgba.reshape(rows, columns, 4)).ravel())[0]
        if len(edges):
            finer = (xy[edges, None] + SUBPIXELS * np.float32(2 / size_px)).reshape(-1, 2)
            finer_light = np.concatenate([light for light, _, _ in paint(finer, 0.5)])
            rgba[edges] = _encode(finer_light.reshape(-1, len(SUBPIXELS), 4).mean(axis=1))
    square = (size_px, size_px)
    view = RenderedImage(
        np.zeros((*square, 4), np.uint8),
        np.full(square, np.inf, np.float32),
        np.zeros((*square, 3), np.float32),
        np.zeros(square, np.bool_),
    )
    view.rgba[window] = rgba.reshape(rows, columns, 4)
    view.depth[window] = depth.reshape(rows, columns)
    view.normal[window] = normal.reshape(rows, columns, 3)
    view.mask[window] = np.isfinite(view.depth[window])
    return view


def _window(scene: Scene, camera: Camera, size_px: int) -> tuple[slice, slice]:
    """Rows and columns that the bounding box covers, and a pixel around; all if it reaches behind us."""
    seen = camera.project(box_corners(scene.bounds_min, scene.bounds_max))
    if camera.perspective and seen[:, 2].min() <= 0:
        return slice(0, size_px), slice(0, size_px)
    at = (seen[:, :2] * np.array([1, -1], np.float32) + 1) * (size_px / 2)
    low = np.clip(np.floor(at.min(axis=0)) - 1, 0, size_px - 1).astype(int)
    high = np.clip(np.ceil(at.max(axis=0)) + 1, low + 1, size_px).astype(int)
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


def _paint(
    scene: Scene, camera: Camera, studio: Studio, xy: Floats, pixel: float, shadows: OcclusionBuffer | None
) -> tuple[Floats, Floats, Floats]:
    """Light with alpha multiplied in (n, 4), depth (n,) and normal (n, 3) at picture points."""
    origins, directions = camera.rays(xy)
    count = len(xy)
    light, through = np.zeros((count, 4), np.float32), np.ones(count, np.float32)
    depth, normal = np.full(count, np.inf, np.float32), np.zeros((count, 3), np.float32)
    rays, start = np.arange(count), np.zeros(count, np.float32)
    hit = intersect(scene, origins, directions)
    for _ in range(LAYERS):
        met = np.nonzero(hit.mask)[0]
        rays, hit, ahead = rays[met], hit.take(met), directions[rays[met]]
        if not len(rays):
            break
        away = start[met] + hit.distance
        surface_hit = interpolate(scene, hit, ahead)
        footprint = camera.footprint_m(away, 1) * np.float32(pixel / 2)
        surface = sample_materials(scene, surface_hit, footprint)
        open_ = (
            np.ones((len(rays), 2), np.float32)
            if shadows is None
            else shadows.read(xy[rays], away, surface_hit.normal)
        )
        colour = tone_map(shade(surface, studio, ahead, open_[:, 0], open_[:, 1]))
        share = through[rays] * surface.alpha
        light[rays, :3] += colour * share[:, None]
        light[rays, 3] += share
        first = (surface.alpha >= 0.5) & ~np.isfinite(depth[rays])
        depth[rays[first]], normal[rays[first]] = away[first], surface.normal[first]
        through[rays] -= share
        on = through[rays] > 0.004
        if not on.any():
            break
        rays, ahead = rays[on], ahead[on]
        start = np.asarray(away[on] + np.float32(1e-4 * scene.diagonal_m), np.float32)
        hit = intersect(scene, origins[rays] + ahead * start[:, None], ahead)
    return light, depth, normal


def _encode(light: Floats) -> Bytes:
    """Premultiplied linear light as plain sRGB bytes."""
    rgba = np.zeros(light.shape, np.uint8)
    shown = np.nonzero(light[:, 3])[0]
    alpha = light[shown, 3:]
    rgba[shown, :3] = to_srgb(light[shown, :3] / np.maximum(alpha, np.float32(1e-4)))
    rgba[shown, 3] = np.round(np.minimum(alpha[:, 0], 1) * 255)
    return rgba


def _far_apart(a: Ints, b: Ints) -> Bools:
    """Where any of four channels differs by more than `EDGE`; four flags are read as one number."""
    apart: Bools = np.ascontiguousarray(np.abs(a - b) > EDGE).view(np.uint32)[..., 0] != 0
    return apart


def _edges(rgba: Bytes) -> Bools:
    """(n, n) pixels that differ from a neighbour."""
    wide = rgba.astype(np.int16)
    wide[rgba[..., 3] == 0] = 0
    down, across = _far_apart(wide[1:], wide[:-1]), _far_apart(wide[:, 1:], wide[:, :-1])
    edges = np.zeros(rgba.shape[:2], np.bool_)
    edges[1:] |= down
    edges[:-1] |= down
    edges[:, 1:] |= across
    edges[:, :-1] |= across
    return edges
