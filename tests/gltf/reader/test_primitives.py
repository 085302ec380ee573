from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vitrine.gltf import read_glb

TRIANGLE = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]


def test_vertices_without_indices_are_triangles_in_order(glb: Any, corners: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE))
    assert corners(read_glb(glb.pack())) == [TRIANGLE]


def test_strips_and_fans_keep_their_winding(glb: Any, corners: Any) -> None:
    square = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]]
    glb.mesh({**glb.primitive(square, [0, 1, 2, 3]), "mode": 5})
    fan = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]
    glb.mesh({**glb.primitive(fan, [0, 1, 2, 3]), "mode": 6})
    glb.json["nodes"] = [{"mesh": 0}, {"mesh": 1}]
    glb.json["scenes"] = [{"nodes": [0, 1]}]
    model = read_glb(glb.pack())
    for number in range(2):
        points = np.array(corners(model, number))
        assert len(points) == 2
        facing = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])
        assert (facing[:, 2] == 1).all()


def test_a_negative_determinant_flips_the_winding_and_keeps_normals_outward(glb: Any) -> None:
    normal = glb.accessor([[0, 0, 1]] * 3)
    tangent = glb.accessor([[1, 0, 0, 1]] * 3)
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2], NORMAL=normal, TANGENT=tangent))
    glb.json["nodes"] = [{"mesh": 0, "scale": [-1, 1, 1]}]
    mesh = read_glb(glb.pack()).meshes[0]
    a, b, c = mesh.positions[mesh.triangles[0]]
    assert np.cross(b - a, c - a).tolist() == [0, 0, 1]
    assert mesh.normals is not None
    assert mesh.normals[0].tolist() == [0, 0, 1]
    assert mesh.tangents is not None
    assert mesh.tangents[0].tolist() == [-1, 0, 0, -1]


def test_normals_under_uneven_scale_stay_perpendicular(glb: Any) -> None:
    slope = [[0, 0, 0], [0, 0, 1], [1, 1, 0]]  # rises with x
    normal = glb.accessor([[-(0.5**0.5), 0.5**0.5, 0]] * 3)
    glb.mesh(glb.primitive(slope, [0, 1, 2], NORMAL=normal))
    glb.json["nodes"] = [{"mesh": 0, "scale": [3, 1, 1]}]
    mesh = read_glb(glb.pack()).meshes[0]
    assert mesh.normals is not None
    assert mesh.normals[0] @ (mesh.positions[2] - mesh.positions[0]) == pytest.approx(0, abs=1e-6)


def test_morph_targets_take_the_default_weights(glb: Any, corners: Any) -> None:
    primitive = glb.primitive(TRIANGLE, [0, 1, 2])
    primitive["targets"] = [{"POSITION": glb.accessor([[0, 0, 4]] * 3)}]
    glb.mesh(primitive, weights=[0.25])
    assert {corner[2] for corner in corners(read_glb(glb.pack()))[0]} == {1}
    glb.json["nodes"] = [{"mesh": 0, "weights": [0.5]}]
    assert {corner[2] for corner in corners(read_glb(glb.pack()))[0]} == {2}


def test_white_vertex_colours_are_left_out(glb: Any) -> None:
    red = glb.accessor([[255, 0, 0, 255]] * 3, "u1", normalized=True)
    white = glb.accessor([[1, 1, 1]] * 3)
    glb.mesh(
        glb.primitive(TRIANGLE, [0, 1, 2], COLOR_0=red), glb.primitive(TRIANGLE, [0, 1, 2], COLOR_0=white)
    )
    first, second = read_glb(glb.pack()).meshes
    assert first.colors is not None
    assert first.colors.tolist() == [[1, 0, 0, 1]] * 3
    assert second.colors is None


def test_indices_that_are_left_over_are_dropped(glb: Any, corners: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2, 0, 1]))
    model = read_glb(glb.pack())
    assert corners(model) == [TRIANGLE]
    (found,) = model.findings
    assert found.code == "INDICES_LEFT_OVER"
    assert "5 indices: the last 2" in found.message


def test_vertex_colours_that_are_no_colours_are_reported(glb: Any) -> None:
    glow = glb.accessor([[5, 1, 1]] * 3)
    black = glb.accessor([[0, 0, 0, 1]] * 3)
    glb.mesh(
        glb.primitive(TRIANGLE, [0, 1, 2], COLOR_0=glow), glb.primitive(TRIANGLE, [0, 1, 2], COLOR_0=black)
    )
    assert [f.code for f in read_glb(glb.pack()).findings] == ["COLORS_CLAMPED", "COLORS_BLACK"]
