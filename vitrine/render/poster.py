"""The still picture of a product."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

from vitrine.gltf.model import Model
from vitrine.recipe import PosterOptions
from vitrine.render.arrays import Bytes
from vitrine.render.camera import Camera, frame
from vitrine.render.scene import Scene
from vitrine.render.shadow import ground_shadow
from vitrine.render.spread import together
from vitrine.render.stand import stand
from vitrine.render.studio import Studio
from vitrine.render.view import HANDSOME, render_view


def render_poster(model: Model | Scene, options: PosterOptions) -> bytes:
    """A product picture as WebP (or PNG): three-quarter view, studio light, soft shadow on the ground.

    The same model and options give the same bytes. Raises `ModelError` when the model has no triangles or a
    texture cannot be read.
    """
    scene = model if isinstance(model, Scene) else Scene(model)
    together(scene.make_ready, lambda: scene.hull)
    camera = poster_camera(scene, options)
    with ThreadPoolExecutor(1) as beside:
        shadow = beside.submit(ground_shadow, scene, camera, Studio.around(camera), options.size_px)
        view = render_view(scene, camera, options.size_px, HANDSOME)
        dark = shadow.result()
    return encode(stand(view, dark, white=options.ground == "white"), options)


def poster_camera(scene: Scene, options: PosterOptions) -> Camera:
    """The camera that a poster is taken with: a long lens, the whole product, room for its shadow."""
    return frame(
        scene.hull,
        yaw_deg=options.yaw_deg,
        pitch_deg=options.pitch_deg,
        fov_deg=options.fov_deg,
        margin=options.margin,
    )


def encode(rgba: Bytes, options: PosterOptions) -> bytes:
    """The picture as a file; alpha is left out when it is full everywhere."""
    full = bool((rgba[..., 3] == 255).all())
    picture = Image.fromarray(np.ascontiguousarray(rgba[..., :3] if full else rgba))
    file = io.BytesIO()
    if options.format == "png":
        picture.save(file, "PNG", compress_level=3)
    else:
        picture.save(file, "WEBP", quality=options.quality, method=2)
    return file.getvalue()
