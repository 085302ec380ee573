"""Photo, model and levels of detail side by side, all from where the photo was taken."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from vitrine.gltf.model import Model
from vitrine.models import Fidelity
from vitrine.recipe import PosterOptions
from vitrine.render.camera import fit_camera
from vitrine.render.pictures.contact_sheet import contact_sheet
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene

TILE_PX = 288
MARGIN = 0.04
POSE = PosterOptions()


def draw_levels(
    models: Sequence[tuple[str, Model]], *, photo: bytes | None = None, fidelity: Fidelity | None = None
) -> bytes:
    """A WebP of (caption, model) pairs, the first of them the source, which sets the camera for all.

    Without `fidelity` the camera stands where the poster's does. A caption may have two lines.
    """
    pose = fidelity or POSE
    source = Scene(models[0][1])
    camera = fit_camera(
        source.hull, yaw_deg=pose.yaw_deg, pitch_deg=pose.pitch_deg, fov_deg=pose.fov_deg, margin=MARGIN
    )
    pictures = [] if photo is None else [("photo", _framed(photo))]
    for number, (caption, model) in enumerate(models):
        view = render_image(Scene(model) if number else source, camera, TILE_PX)
        pictures.append((caption, _png(Image.fromarray(np.ascontiguousarray(view.rgba)))))
    return contact_sheet(pictures, tile_px=TILE_PX, columns=3)


def caption(role: str, triangles: int, *, size_bytes: int | None = None, ssim: float | None = None) -> str:
    """`web-lod1`, and below it `40,000 triangles · 446 KB · SSIM 0.998`."""
    facts = [f"{triangles:,} triangles"]
    if size_bytes is not None:
        facts.append(f"{size_bytes / 1000:,.0f} KB")
    if ssim is not None:
        facts.append(f"SSIM {ssim:.3f}")
    return f"{role}\n{' · '.join(facts)}"


def _framed(photo: bytes) -> bytes:
    """The photo's subject, as large in its tile as the model is in its own."""
    with Image.open(io.BytesIO(photo)) as opened:
        picture = opened.convert("RGBA")
    cropped = picture.crop(picture.getchannel("A").point(lambda value: 255 * (value >= 128)).getbbox())
    edge = round(max(cropped.size) * MARGIN / (1 - 2 * MARGIN))
    square = Image.new("RGBA", (max(cropped.size) + 2 * edge,) * 2)
    square.paste(cropped, ((square.width - cropped.width) // 2, (square.height - cropped.height) // 2))
    square.thumbnail((TILE_PX, TILE_PX), Image.Resampling.LANCZOS)
    return _png(square)


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()
