"""The still picture of a product, as WebP or PNG."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from vitrine.arrays import Bytes
from vitrine.gltf.model import Model
from vitrine.recipe import PosterOptions
from vitrine.render.camera import Camera, fit_camera
from vitrine.render.quality import FINAL_QUALITY
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene
from vitrine.render.shading.composite import composite_over_shadow
from vitrine.render.shading.ground_shadow import ground_shadow
from vitrine.render.shading.studio import Studio
from vitrine.threads import run_concurrently


@dataclass(frozen=True, slots=True)
class PosterFile:
    """A picture as it is stored."""

    role: str
    """`poster`, or `poster-png` for the second of two formats"""
    data: bytes
    media_type: str


def render_poster(model: Model | Scene, options: PosterOptions) -> bytes:
    """A product picture: three-quarter view, studio light, soft shadow on the ground.

    WebP unless PNG alone is asked for. The same model and options give the same bytes. Raises `ModelError`
    when the model has no triangles or a texture cannot be read.
    """
    return render_posters(model, options)[0].data


def render_posters(model: Model | Scene, options: PosterOptions) -> tuple[PosterFile, ...]:
    """The picture in every format that is asked for, drawn once; see `render_poster`."""
    rgba = _draw(model if isinstance(model, Scene) else Scene(model), options)
    formats = ("webp", "png") if options.format == "both" else (options.format,)
    return tuple(
        PosterFile("poster-png" if number else "poster", encode(rgba, kind, options.quality), f"image/{kind}")
        for number, kind in enumerate(formats)
    )


def _draw(scene: Scene, options: PosterOptions) -> Bytes:
    """(n, n, 4) sRGB, on white or see-through."""
    run_concurrently(scene.prepare, lambda: scene.hull)
    camera = poster_camera(scene, options)
    with ThreadPoolExecutor(1) as beside:
        shadow = beside.submit(ground_shadow, scene, camera, Studio.around(camera), options.size_px)
        view = render_image(scene, camera, options.size_px, FINAL_QUALITY)
        dark = shadow.result()
    return composite_over_shadow(view, dark, white=options.ground == "white")


def poster_camera(scene: Scene, options: PosterOptions) -> Camera:
    """The camera that a poster is taken with: a long lens, the whole product, room for its shadow."""
    return fit_camera(
        scene.hull,
        yaw_deg=options.yaw_deg,
        pitch_deg=options.pitch_deg,
        fov_deg=options.fov_deg,
        margin=options.margin,
    )


def encode(rgba: Bytes, kind: str, quality: int) -> bytes:
    """The picture as a file, `webp` or `png`; alpha is left out when it is full everywhere."""
    full = bool((rgba[..., 3] == 255).all())
    picture = Image.fromarray(np.ascontiguousarray(rgba[..., :3] if full else rgba))
    file = io.BytesIO()
    if kind == "png":
        picture.save(file, "PNG", compress_level=3)
    else:
        picture.save(file, "WEBP", quality=quality, method=2)
    return file.getvalue()
