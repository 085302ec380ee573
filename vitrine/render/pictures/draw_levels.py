"""Draw a contact sheet of a photo, its model and the levels of detail, all from the photo's viewpoint."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from vitrine.gltf.model import Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.models import AssetFile, Fidelity
from vitrine.recipe import PosterOptions
from vitrine.render.camera import Camera, fit_camera
from vitrine.render.pictures.contact_sheet import contact_sheet
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene
from vitrine.threads import map_items

TILE_PX = 288
MARGIN = 0.04
DEFAULT_VIEWPOINT = PosterOptions()


def draw_levels(
    source: Model | Scene,
    levels: Sequence[tuple[AssetFile, Model | Scene]] = (),
    *,
    photo: bytes | None = None,
    fidelity: Fidelity | None = None,
) -> bytes:
    """Return a WebP of a model and its levels of detail, each with its measurements.

    Parameters
    ----------
    source : Model or Scene
        What the levels were made from; it sets the camera for all.
    levels : sequence of (AssetFile, Model or Scene)
        The record of each level, and what its file holds
    photo : bytes, optional
        The encoded photo, which comes first
    fidelity : Fidelity, optional
        The viewpoint of the photo; without it, that of the default poster
    """
    viewpoint = fidelity or DEFAULT_VIEWPOINT
    scene = Scene.of(source)
    camera = fit_camera(
        scene.points,
        yaw_deg=viewpoint.yaw_deg,
        pitch_deg=viewpoint.pitch_deg,
        fov_deg=viewpoint.fov_deg,
        margin=MARGIN,
    )
    # The upper levels of a small model are one file.
    models = {"source": scene} | {file.blob.sha256: model for file, model in levels}
    tiles = map_items(lambda model: _render(Scene.of(model), camera), list(models.values()))
    drawn = dict(zip(models, tiles, strict=True))
    images = [] if photo is None else [("photo", _crop_to_subject(photo))]
    images.append((caption("source", scene.model.triangle_count), drawn["source"]))
    for file, _ in levels:
        ssim = file.quality.ssim if file.quality else None
        line = caption(file.role, file.triangles or 0, size_bytes=file.blob.size_bytes, ssim=ssim)
        images.append((line, drawn[file.blob.sha256]))
    return contact_sheet(images, tile_px=TILE_PX, columns=3)


def draw_levels_from_glbs(
    source: bytes, levels: Sequence[tuple[AssetFile, bytes]], photo: bytes | None, fidelity: Fidelity | None
) -> bytes:
    """Read a repaired model and its levels and draw them: `draw_levels`, for a worker process."""
    models = {glb: read_glb(glb, limits=None) for glb in {glb for _, glb in levels}}
    read = [(file, models[glb]) for file, glb in levels]
    return draw_levels(read_glb(source, limits=None), read, photo=photo, fidelity=fidelity)


def _render(scene: Scene, camera: Camera) -> bytes:
    return _png(Image.fromarray(np.ascontiguousarray(render_image(scene, camera, TILE_PX).rgba)))


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
