"""Render the poster of a product, as WebP or PNG."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from vitrine.arrays import Bytes
from vitrine.gltf.model import Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.recipe import PosterOptions
from vitrine.render.camera import Camera, fit_camera
from vitrine.render.quality import FINAL_QUALITY
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene
from vitrine.render.shading.composite import composite_over_shadow
from vitrine.render.shading.ground_shadow import ground_shadow
from vitrine.render.shading.studio import Studio
from vitrine.threads import thread_pool


@dataclass(frozen=True, slots=True)
class PosterFile:
    """An encoded poster."""

    role: str
    """`poster`, or `poster-png` for the second of two formats"""
    data: bytes
    media_type: str


def render_poster_image(model: Model | Scene, options: PosterOptions) -> bytes:
    """Render a product in the light of a studio, with a soft shadow on the ground.

    Returns WebP, or PNG where the options ask for PNG alone. The same model and options give the same bytes.

    Raises
    ------
    ModelError
        When the model has no triangles, or a texture cannot be read.
    """
    return render_poster(model, options)[0].data


def render_poster(model: Model | Scene, options: PosterOptions) -> tuple[PosterFile, ...]:
    """Render the poster once, and encode it in each format of the options; see `render_poster_image`."""
    rgba = _render(Scene.of(model), options)
    formats = ("webp", "png") if options.format == "both" else (options.format,)
    roles = ("poster", "poster-png")
    return tuple(
        PosterFile(role, encode_poster(rgba, kind, options.quality), f"image/{kind}")
        for role, kind in zip(roles, formats, strict=False)
    )


def render_poster_from_glb(glb: bytes, options: PosterOptions) -> tuple[PosterFile, ...]:
    """Read a repaired model and render its poster: `render_poster`, for a worker process."""
    return render_poster(read_glb(glb, limits=None), options)


def _render(scene: Scene, options: PosterOptions) -> Bytes:
    """The poster, (n, n, 4) uint8 sRGB, on white or transparent."""
    scene.prepare()
    camera = poster_camera(scene, options)
    with thread_pool(None) as pool:
        shadow = pool.submit(ground_shadow, scene, camera, Studio.around(camera), options.size_px)
        image = render_image(scene, camera, options.size_px, FINAL_QUALITY)
        opacity = shadow.result()
    return composite_over_shadow(image.rgba, opacity, white=options.ground == "white")


def poster_camera(scene: Scene, options: PosterOptions) -> Camera:
    """Return the camera of a poster: it holds the whole model, with a margin for its shadow."""
    return fit_camera(
        scene.points,
        yaw_deg=options.yaw_deg,
        pitch_deg=options.pitch_deg,
        fov_deg=options.fov_deg,
        margin=options.margin,
    )


def encode_poster(rgba: Bytes, kind: str, quality: int) -> bytes:
    """Encode (h, w, 4) uint8 as `webp` or `png`, without alpha where all of it is opaque."""
    opaque = bool((rgba[..., 3] == 255).all())
    image = Image.fromarray(np.ascontiguousarray(rgba[..., :3] if opaque else rgba))
    file = io.BytesIO()
    if kind == "png":
        image.save(file, "PNG", compress_level=3)
    else:
        image.save(file, "WEBP", quality=quality, method=2)
    return file.getvalue()
