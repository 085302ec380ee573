from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from vitrine.geometry.weld import take_vertices, weld, weld_positions
from vitrine.gltf import Mesh


def test_a_seam_is_two_vertices_in_one_place(make_sphere: Callable[..., Mesh]) -> None:
    ball = make_sphere(8)
    places, count = weld_positions(ball.positions)
    # 7 rings of 16 places and two poles, where the mesh has 9 rings of 17 vertices.
    assert count == 7 * 16 + 2
    assert len(ball.positions) == 9 * 17
    for place in range(count):
        assert len(np.unique(ball.positions[places == place], axis=0)) == 1


def test_minus_zero_is_zero() -> None:
    places, count = weld_positions(np.array([[0.0, 0, 0], [-0.0, 0, -0.0], [1, 0, 0]], np.float32))
    assert count == 2
    assert places[0] == places[1]


def test_only_vertices_equal_in_everything_become_one(make_sphere: Callable[..., Mesh]) -> None:
    ball = make_sphere(4)
    soup = replace(
        take_vertices(ball, ball.triangles.reshape(-1)),
        triangles=np.arange(ball.triangles.size, dtype=np.uint32).reshape(-1, 3),
    )
    welded = weld(soup)
    # The mesh leaves one corner of each pole's row unused.
    assert len(welded.positions) == len(np.unique(ball.triangles))
    assert (welded.positions[welded.triangles] == ball.positions[ball.triangles]).all()
    assert welded.uvs is not None
    assert ball.uvs is not None
    assert (welded.uvs[welded.triangles] == ball.uvs[ball.triangles]).all()
    assert weld(welded) is welded
