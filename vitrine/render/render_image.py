"""Render a scene: colour, depth, normals and mask of every pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Bools, Bytes, Floats, Ints
from vitrine.gltf.model import Model
from vitrine.render.camera import Camera, box_corners, pixel_grid
from vitrine.render.quality import METRIC_QUALITY, PREVIEW_QUALITY, RenderQuality
from vitrine.render.rays.intersect import visible
from vitrine.render.scene import Scene
from vitrine.render.shading.occlusion_buffer import occlusion_buffer
from vitrine.render.shading.studio import Studio
from vitrine.render.trace import RayTracer
from vitrine.textures.color_space import encode_pixels
from vitrine.threads import map_slices

EDGE_THRESHOLD = 20
"""Neighbouring pixels that differ by more than this, in bytes of any channel, are antialiased."""
# A rotated grid: no two samples share a row or a column of the pixel.
SUBPIXELS = np.array([[-0.125, -0.375], [0.375, -0.125], [0.125, 0.375], [-0.375, 0.125]], np.float32)


@dataclass(frozen=True, slots=True)
class RenderedImage:
    """A square image of n by n pixels with its depth, normals and mask."""

    rgba: Bytes
    """(n, n, 4) sRGB, alpha not premultiplied"""
    depth: Floats
    """(n, n) float32, metres along the camera's axis, infinite where there is nothing"""
    normal: Floats
    """(n, n, 3) float32, unit vectors in world space, towards the camera; zero where there is nothing"""
    mask: Bools
    """(n, n) whether a surface covers the pixel's centre"""


def render_image(
    model: Model | Scene, camera: Camera, size_px: int, quality: RenderQuality = PREVIEW_QUALITY
) -> RenderedImage:
    """Render a model in the light of the studio, on a transparent background.

    The same arguments give the same bytes.

    Raises
    ------
    ModelError
        When the model has no triangles, or a texture cannot be read.
    """
    scene = Scene.of(model)
    scene.decode_textures()
    studio = Studio.around(camera)
    occlusion = None
    if quality.dome_samples or quality.key_samples:
        occlusion = occlusion_buffer(
            scene,
            camera,
            studio,
            max(size_px // 2, 1),
            dome_samples=quality.dome_samples,
            key_samples=quality.key_samples,
        )
    window, grid = _pixels(scene, camera, size_px)
    rows, columns = grid.shape[:2]
    xy = grid.reshape(-1, 2)

    tracer = RayTracer(scene, camera, studio, occlusion)

    seen = visible(scene, camera, size_px, window)
    pixel = 2 / size_px
    traced = map_slices(lambda part: tracer.trace(xy[part], pixel, seen.take(part)), len(xy))
    light, depth, normal = (np.concatenate(column) for column in zip(*traced, strict=True))
    rgba = encode_pixels(light)
    if quality.antialias:
        edges = np.nonzero(_edges(rgba.reshape(rows, columns, 4)).ravel())[0]
        if len(edges):
            subpixels = (xy[edges, None] + SUBPIXELS * np.float32(pixel)).reshape(-1, 2)
            traced = map_slices(lambda part: tracer.trace(subpixels[part], pixel / 2), len(subpixels))
            samples = np.concatenate([light for light, _, _ in traced])
            rgba[edges] = encode_pixels(samples.reshape(-1, len(SUBPIXELS), 4).mean(axis=1))
    square = (size_px, size_px)
    image = RenderedImage(
        np.zeros((*square, 4), np.uint8),
        np.full(square, np.inf, np.float32),
        np.zeros((*square, 3), np.float32),
        np.zeros(square, np.bool_),
    )
    image.rgba[window] = rgba.reshape(rows, columns, 4)
    image.depth[window] = depth.reshape(rows, columns)
    image.normal[window] = normal.reshape(rows, columns, 3)
    image.mask[window] = np.isfinite(image.depth[window])
    return image


def render_mask(model: Model | Scene, camera: Camera, size_px: int) -> Bools:
    """Return `RenderedImage.mask` of an image at `METRIC_QUALITY`, (n, n) bool.

    Nothing is shaded for it, unless a material has an alpha mode other than OPAQUE.

    Raises
    ------
    ModelError
        When the model has no triangles, or a texture that decides what is covered cannot be read.
    """
    scene = Scene.of(model)
    if not scene.is_opaque:
        return render_image(scene, camera, size_px, METRIC_QUALITY).mask
    window, grid = _pixels(scene, camera, size_px)
    mask = np.zeros((size_px, size_px), np.bool_)
    points = grid.reshape(-1, 2)
    tracer = RayTracer(scene, camera, Studio.around(camera), None)
    seen = visible(scene, camera, size_px, window)
    covered = map_slices(lambda part: tracer.covers(points[part], seen.take(part)), len(points))
    mask[window] = np.concatenate(covered).reshape(grid.shape[:2])
    return mask


def _pixels(scene: Scene, camera: Camera, size_px: int) -> tuple[tuple[slice, slice], Floats]:
    """The rows and columns that may show the scene, and the image points of their pixels, (h, w, 2)."""
    window = _window(scene, camera, size_px)
    return window, pixel_grid(size_px).reshape(size_px, size_px, 2)[window]


def _window(scene: Scene, camera: Camera, size_px: int) -> tuple[slice, slice]:
    """Rows and columns that the bounding box covers, and a pixel around; all when it is behind the camera."""
    projected = camera.project(box_corners(scene.bounds_min, scene.bounds_max))
    if camera.perspective and projected[:, 2].min() <= 0:
        return slice(0, size_px), slice(0, size_px)
    pixel = (projected[:, :2] * np.array([1, -1], np.float32) + 1) * (size_px / 2)
    low = np.clip(np.floor(pixel.min(axis=0)) - 1, 0, size_px - 1).astype(int)
    high = np.clip(np.ceil(pixel.max(axis=0)) + 1, low + 1, size_px).astype(int)
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


def _differ(a: Ints, b: Ints) -> Bools:
    """Where any of four channels differs by more than `EDGE_THRESHOLD`; four flags are read as one number."""
    differ: Bools = np.ascontiguousarray(np.abs(a - b) > EDGE_THRESHOLD).view(np.uint32)[..., 0] != 0
    return differ


def _edges(rgba: Bytes) -> Bools:
    """Pixels (h, w) that differ from a neighbour."""
    channels = rgba.astype(np.int16)
    channels[rgba[..., 3] == 0] = 0
    down, across = _differ(channels[1:], channels[:-1]), _differ(channels[:, 1:], channels[:, :-1])
    edges = np.zeros(rgba.shape[:2], np.bool_)
    edges[1:] |= down
    edges[:-1] |= down
    edges[:, 1:] |= across
    edges[:, :-1] |= across
    return edges
