from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vitrine.geometry.crease_normals import to_creased_normals
from vitrine.gltf import Mesh
from vitrine.lods.rebake.remesh import remesh

CORNERS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float32)
FACES = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
BOX = np.array([t for a, b, c, d in FACES for t in ((a, b, c), (a, c, d))], np.uint32)


def test_a_box_has_a_flat_normal_on_each_side() -> None:
    mesh = to_creased_normals(CORNERS, BOX)
    assert mesh.normals is not None
    assert len(mesh.positions) == 24
    assert (mesh.positions[mesh.triangles] == CORNERS[BOX]).all()
    middle = CORNERS[BOX].mean(axis=1)
    outward = np.where(np.abs(middle) == 1, middle, 0)
    assert np.allclose(mesh.normals[mesh.triangles], outward[:, None], atol=1e-6)


def test_a_wide_angle_keeps_the_box_smooth() -> None:
    mesh = to_creased_normals(CORNERS, BOX, crease_deg=100)
    assert mesh.normals is not None
    assert len(mesh.positions) == 8
    assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-6)
    assert (np.sign(mesh.normals) == np.sign(mesh.positions)).all()


def test_a_ball_stays_smooth(make_sphere: Callable[..., Mesh]) -> None:
    shape = remesh((make_sphere(16),), (0,))
    mesh = to_creased_normals(shape.positions, shape.triangles)
    assert mesh.normals is not None
    assert len(mesh.positions) == len(shape.positions)
    assert np.abs(mesh.normals - mesh.positions).max() < 0.04


def test_three_faces_on_one_edge_do_no_harm() -> None:
    positions = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1]], np.float32)
    mesh = to_creased_normals(positions, np.array([[0, 1, 2], [1, 0, 3], [0, 1, 4]], np.uint32))
    assert mesh.normals is not None
    assert np.isfinite(mesh.normals).all()
    assert (mesh.positions[mesh.triangles] == positions[[[0, 1, 2], [1, 0, 3], [0, 1, 4]]]).all()
