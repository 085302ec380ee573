"""Draw a contact sheet of a photo, its model and the levels of detail, all from the photo's viewpoint."""

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
DEFAULT_VIEWPOINT = PosterOptions()


def draw_levels(
    models: Sequence[tuple[str, Model]], *, photo: bytes | None = None, fidelity: Fidelity | None = None
) -> bytes:
    """Return a WebP of rendered models with their captions.

    Parameters
    ----------
    models : sequence of (str, Model)
        Captions, of one or two lines, and models; the first is the source, which sets the camera for all.
    photo : bytes, optional
        The encoded photo, which comes first
    fidelity : Fidelity, optional
        The viewpoint of the photo; without it, that of the default poster
    """
    viewpoint = fidelity or DEFAULT_VIEWPOINT
    source = Scene(models[0][1])
    camera = fit_camera(
        source.hull,
        yaw_deg=viewpoint.yaw_deg,
        pitch_deg=viewpoint.pitch_deg,
        fov_deg=viewpoint.fov_deg,
        margin=MARGIN,
    )
    images = [] if photo is None else [("photo", _crop_to_subject(photo))]
    for number, (caption, model) in enumerate(models):
        rendered = render_image(Scene(model) if number else source, camera, TILE_PX)
        images.append((caption, _png(Image.fromarray(np.ascontiguousarray(rendered.rgba)))))
    return contact_sheet(images, tile_px=TILE_PX, columns=3)


def caption(role: str, triangles: int, *, size_bytes: int | None = None, ssim: float | None = None) -> str:
    """Return the role of a file, and on a second line such as `40,000 triangles · 446 KB · SSIM 0.998`."""
    facts = [f"{triangles:,} triangles"]
    if size_bytes is not None:
        facts.append(f"{size_bytes / 1000:,.0f} KB")
    if ssim is not None:
        facts.append(f"SSIM {ssim:.3f}")
    return f"{role}\n{' · '.join(facts)}"


def _crop_to_subject(photo: bytes) -> bytes:
    """The photo's subject as PNG, with the margin that rendered models have."""
    with Image.open(io.BytesIO(photo)) as opened:
        image = opened.convert("RGBA")
    cropped = image.crop(image.getchannel("A").point(lambda value: 255 * (value >= 128)).getbbox())
    edge = round(max(cropped.size) * MARGIN / (1 - 2 * MARGIN))
    square = Image.new("RGBA", (max(cropped.size) + 2 * edge,) * 2)
    square.paste(cropped, ((square.width - cropped.width) // 2, (square.height - cropped.height) // 2))
    square.thumbnail((TILE_PX, TILE_PX), Image.Resampling.LANCZOS)
    return _png(square)


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()
