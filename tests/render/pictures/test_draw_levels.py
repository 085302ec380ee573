from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from vitrine.gltf.model import Material, Model
from vitrine.models import AssetFile, Blob, Fidelity
from vitrine.render.camera import fit_camera
from vitrine.render.pictures.contact_sheet import CAPTION_PX, GAP_PX
from vitrine.render.pictures.draw_levels import TILE_PX, caption, draw_levels
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene

STEP = TILE_PX + GAP_PX
SEEN = Fidelity(yaw_deg=90, pitch_deg=0, fov_deg=0, silhouette_iou=1, colour_delta_e=0)


@pytest.fixture
def plank(box):
    """Ten times as deep as it is wide: from the side at +X it is a broad sheet, from the front a strip."""
    return red(box((-0.1, 0, -1), (0.1, 1, 1)))


def red(model: Model) -> Model:
    paint = Material(base_color_factor=(0.7, 0.0, 0.0, 1.0), metallic_factor=0.0)
    return replace(model, materials=(paint,))


def tiles(sheet: bytes, count: int) -> list[np.ndarray]:
    """What each tile shows, as (n, n) bool."""
    with Image.open(io.BytesIO(sheet)) as opened:
        shown = np.asarray(opened.convert("L")) < 200
    corners = [(GAP_PX + n // 3 * (STEP + CAPTION_PX), GAP_PX + n % 3 * STEP) for n in range(count)]
    return [shown[y : y + TILE_PX, x : x + TILE_PX] for y, x in corners]


def test_every_picture_is_taken_from_where_the_photo_was(plank, box):
    view = render_image(plank, fit_camera(Scene(plank).hull, yaw_deg=90, pitch_deg=0), 700)
    file = io.BytesIO()
    Image.fromarray(view.rgba).save(file, "PNG")
    smaller = red(box((-0.1, 0, -0.5), (0.1, 1, 0.5)))
    level = AssetFile(role="web-lod0", triangles=12, blob=Blob.of(b"", "model/gltf-binary"))
    sheet = draw_levels(plank, [(level, smaller)], photo=file.getvalue(), fidelity=SEEN)
    photo, source, lod = (tile.sum() / TILE_PX**2 for tile in tiles(sheet, 3))
    assert source == pytest.approx(0.92**2 / 2, rel=0.03)
    assert photo == pytest.approx(source, rel=0.03)
    assert lod == pytest.approx(source / 2, rel=0.05)  # the same camera: what is smaller looks smaller


def test_without_a_photo_the_camera_stands_where_the_posters_does(plank):
    (tile,) = tiles(draw_levels(plank), 1)
    view = render_image(
        plank, fit_camera(Scene(plank).hull, yaw_deg=25, pitch_deg=15, fov_deg=22, margin=0.04), TILE_PX
    )
    assert (tile == view.mask).mean() > 0.98


def test_a_caption_says_what_is_known():
    assert caption("source", 500_000) == "source\n500,000 triangles"
    line = caption("web-lod1", 40_000, size_bytes=446_200, ssim=0.9981)
    assert line == "web-lod1\n40,000 triangles · 446 KB · SSIM 0.998"
