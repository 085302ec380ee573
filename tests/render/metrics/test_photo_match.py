"""The photo's side of a model is found again, and other products are told apart."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vitrine.errors import PhotoError
from vitrine.gltf.model import Material, Model
from vitrine.render.camera import fit_camera
from vitrine.render.metrics import photo_match
from vitrine.render.metrics.photo_match import match_photo
from vitrine.render.quality import FINAL_QUALITY
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene


@pytest.fixture(scope="module")
def chair(box, joined) -> Scene:
    """A seat with a back and one arm: no two sides alike."""
    colours = [(0.5, 0.1, 0.1), (0.1, 0.3, 0.5), (0.7, 0.6, 0.2)]
    parts = [
        box((-1, 0, -1), (1, 0.5, 1)),
        box((-1, 0.5, -1), (1, 2.2, -0.7)),
        box((0.7, 0.5, -0.7), (1, 1.1, 0.8)),
    ]
    model = joined(*parts)
    paint = tuple(Material(base_color_factor=(*c, 1.0), metallic_factor=0.0) for c in colours)
    return Scene(Model(model.meshes, paint))


def photo_of(scene: Scene, yaw_deg: float, pitch_deg: float) -> bytes:
    camera = fit_camera(scene.hull, yaw_deg=yaw_deg, pitch_deg=pitch_deg, fov_deg=25, margin=0.15)
    file = io.BytesIO()
    Image.fromarray(render_image(scene, camera, 300, FINAL_QUALITY).rgba).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(("yaw_deg", "pitch_deg"), [(0, 10), (37, 20), (-140, 5)])
def test_the_camera_is_found_again(chair, yaw_deg, pitch_deg):
    found = match_photo(photo_of(chair, yaw_deg, pitch_deg), chair)
    assert (found.yaw_deg - yaw_deg + 180) % 360 - 180 == pytest.approx(0, abs=4)
    assert found.pitch_deg == pytest.approx(pitch_deg, abs=5)
    assert found.silhouette_iou > 0.96
    assert found.colour_delta_e < 6


@pytest.mark.parametrize(("yaw_deg", "pitch_deg"), [(0, 10), (37, 20), (-140, 5)])
def test_viewpoints_are_left_out_only_where_they_cannot_be_the_best(chair, monkeypatch, yaw_deg, pitch_deg):
    photo = photo_of(chair, yaw_deg, pitch_deg)
    shaded: list[float] = []
    render = photo_match.render_image
    monkeypatch.setattr(photo_match, "render_image", lambda *a: shaded.append(1) or render(*a))
    found, fewer = match_photo(photo, chair), len(shaded)
    monkeypatch.setattr(chair, "is_opaque", False)  # so that every viewpoint is shaded
    assert match_photo(photo, chair) == found
    assert fewer < (len(shaded) - fewer) / 2


def test_another_shape_and_another_colour_are_told_apart(chair, sphere):
    photo = photo_of(chair, 20, 15)
    ball = Scene(sphere(Material(base_color_factor=(0.1, 0.6, 0.1, 1.0), metallic_factor=0.0)))
    found = match_photo(photo, ball)
    assert found.silhouette_iou < 0.8
    assert found.colour_delta_e > 30


@pytest.mark.parametrize(("alpha", "said"), [(255, "no alpha"), (20, "alpha is empty")])
def test_a_photo_without_an_outline_is_a_named_error(chair, alpha, said):
    file = io.BytesIO()
    Image.fromarray(np.full((32, 32, 4), (90, 90, 90, alpha), np.uint8)).save(file, "PNG")
    with pytest.raises(PhotoError, match=said):
        match_photo(file.getvalue(), chair)


def test_a_text_file_is_no_photo(chair):
    with pytest.raises(PhotoError, match="cannot be read"):
        match_photo(b"not a photo", chair)
