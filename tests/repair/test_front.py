from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from vitrine.geometry.vertices import remove_unreferenced_vertices
from vitrine.gltf import Material, Mesh, Model
from vitrine.render.camera import fit_camera
from vitrine.render.metrics.photo_match import match_photo
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene
from vitrine.repair.front import face_front, rotate_quarters

Make = Callable[..., Mesh]


@pytest.fixture
def duck(make_sphere: Make) -> Model:
    """A white body, a red head on one side and a beak: no two sides look alike."""
    body, head, beak = make_sphere(16), make_sphere(12, radius=0.5, center=(0.2, 0.9, 1)), make_sphere(8)
    beak = replace(beak, positions=beak.positions * np.float32(0.25) + np.array([0.2, 0.9, 1.6], np.float32))
    tall = replace(body, positions=body.positions * np.array([0.7, 0.8, 1.3], np.float32))
    meshes = (tall, replace(head, material=1), replace(beak, material=1))
    plain = tuple(remove_unreferenced_vertices(replace(mesh, uvs=None)) for mesh in meshes)
    return Model(plain, (Material(), Material(base_color_factor=(1, 0, 0, 1))))


def photo_of(model: Model, yaw_deg: float) -> bytes:
    scene = Scene(model)
    camera = fit_camera(scene.positions, yaw_deg=yaw_deg, pitch_deg=10, fov_deg=30)
    out = io.BytesIO()
    Image.fromarray(render_image(scene, camera, 256).rgba).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("quarters", [0, 1, 3])
def test_what_the_photo_shows_comes_to_the_front(duck: Model, quarters: int) -> None:
    photo = photo_of(duck, 90 * quarters + 20)
    faced = face_front(duck, photo)
    assert [f.code for f in faced.findings] == (["FRONT_TURNED"] if quarters else [])
    fidelity = faced.fidelity
    assert fidelity is not None
    assert fidelity.yaw_deg == pytest.approx(20, abs=4)
    # Another search around the rotated model finds the same.
    again = match_photo(photo, Scene(faced.model))
    assert again.yaw_deg == pytest.approx(fidelity.yaw_deg, abs=2)
    assert again.silhouette_iou == pytest.approx(fidelity.silhouette_iou, abs=0.02)
    beak = faced.model.meshes[2].positions.mean(axis=0)
    # The beak points along +Z at first; seen from a yaw of 90° (+X) it points to the left once rotated.
    expected = {0: (0.2, 1.6), 1: (-1.6, 0.2), 2: (-0.2, -1.6), 3: (1.6, -0.2)}[quarters]
    assert (float(beak[0]), float(beak[2])) == pytest.approx(expected, abs=0.03)


def test_the_rotation_is_exact_and_rotates_normals(duck: Model) -> None:
    around = rotate_quarters(rotate_quarters(duck, 1), 3)
    for got, said in zip(around.meshes, duck.meshes, strict=True):
        assert (got.positions == said.positions).all()
        assert got.normals is not None
        assert said.normals is not None
        assert (got.normals == said.normals).all()
    once = rotate_quarters(duck, 1).meshes[0]
    assert once.normals is not None
    assert np.einsum("ij,ij->i", once.normals, once.positions).min() > 0


def test_a_model_the_right_way_round_comes_back_as_it_is(duck: Model) -> None:
    assert face_front(duck, photo_of(duck, -35)).model is duck


def test_the_rotation_can_be_left_out(duck: Model) -> None:
    faced = face_front(duck, photo_of(duck, 180), rotate=False)
    assert (faced.model is duck, faced.findings) == (True, ())
    assert faced.fidelity is not None
    assert abs(faced.fidelity.yaw_deg) == pytest.approx(180, abs=4)


def test_a_match_by_chance_rotates_nothing(duck: Model) -> None:
    out = io.BytesIO()
    cross = Image.new("RGBA", (200, 200))
    for box in ((95, 0, 105, 200), (0, 20, 200, 30)):
        cross.paste((0, 0, 255, 255), box)
    cross.save(out, "PNG")
    faced = face_front(duck, out.getvalue())
    assert faced.model is duck
    assert faced.fidelity is not None
    assert faced.fidelity.silhouette_iou < 0.4
    assert {f.code for f in faced.findings} <= {"FRONT_UNKNOWN"}


def test_a_photo_without_alpha_rotates_nothing(duck: Model) -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 64)).save(out, "PNG")
    faced = face_front(duck, out.getvalue())
    assert (faced.model is duck, faced.fidelity) == (True, None)
    assert [f.code for f in faced.findings] == ["FRONT_UNKNOWN"]
