"""Render a product turning once around, as an animated WebP."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from vitrine.arrays import Floats
from vitrine.gltf.model import Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.recipe import TurntableOptions
from vitrine.render.camera import Camera, fit_camera
from vitrine.render.quality import FINAL_QUALITY
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene
from vitrine.render.shading.composite import composite_over_shadow
from vitrine.render.shading.ground_shadow import ground_shadow
from vitrine.render.shading.studio import Studio


def render_turntable(model: Model | Scene, options: TurntableOptions) -> bytes:
    """Render one turn of a product as a WebP animation that loops; the lights follow the camera.

    Raises
    ------
    ModelError
        When the model has no triangles, or a texture cannot be read.
    """
    scene = Scene.of(model)
    frames = []
    for camera in _cameras(scene, options):
        image = render_image(scene, camera, options.size_px, FINAL_QUALITY)
        shadow = ground_shadow(
            scene, camera, Studio.around(camera), options.size_px, dome_samples=12, key_samples=4
        )
        rgba = composite_over_shadow(image.rgba, shadow, white=options.ground == "white")
        frames.append(Image.fromarray(rgba if options.ground == "transparent" else rgba[..., :3].copy()))
    file = io.BytesIO()
    frames[0].save(
        file,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=round(1000 * options.turn_s / options.frames),
        loop=0,
        quality=options.quality,
        method=2,
    )
    return file.getvalue()


def render_turntable_from_glb(glb: bytes, options: TurntableOptions) -> bytes:
    """Read a level of detail and render its turntable: `render_turntable`, for a worker process."""
    return render_turntable(read_glb(glb, limits=None), options)


def choose_level(textures_px: Sequence[int], options: TurntableOptions) -> int:
    """Return the index of the level to render: the smallest with two texels a pixel, else the first.

    An image shows less than half of an atlas; the triangles of larger levels are smaller than a pixel.

    Parameters
    ----------
    textures_px : sequence of int
        Texture size of each level, the finest first
    """
    fine = [number for number, px in enumerate(textures_px) if px >= 2 * options.size_px]
    return fine[-1] if fine else 0


def _cameras(scene: Scene, options: TurntableOptions) -> list[Camera]:
    """One camera a frame, all at one distance, so that the product keeps its size while it turns."""
    return [
        fit_camera(
            _swept_cylinder(scene),
            yaw_deg=options.yaw_deg + 360 * number / options.frames,
            pitch_deg=options.pitch_deg,
            fov_deg=options.fov_deg,
            margin=options.margin,
        )
        for number in range(options.frames)
    ]


def _swept_cylinder(scene: Scene) -> Floats:
    """Both rims of the vertical cylinder that a turning model sweeps, (n, 3) float32, metres."""
    center = (scene.bounds_min + scene.bounds_max) / 2
    radius_m = float(np.sqrt(((scene.points - center)[:, [0, 2]] ** 2).sum(axis=1)).max())
    angle = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    ring = np.stack([np.cos(angle), np.zeros(64), np.sin(angle)], axis=1) * radius_m + center
    rims = np.concatenate([ring, ring])
    rims[:64, 1], rims[64:, 1] = scene.bounds_min[1], scene.bounds_max[1]
    return rims.astype(np.float32)
