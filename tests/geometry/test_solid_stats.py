from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from vitrine.geometry.solid_stats import solid_stats
from vitrine.gltf import Mesh, Model

Make = Callable[..., Mesh]


def test_a_sphere_with_seams_is_one_solid(make_sphere: Make) -> None:
    stats = solid_stats(Model((make_sphere(64),)))
    assert (stats.watertight, stats.bodies, stats.euler_number) == (True, 1, 2)
    assert stats.volume_m3 == pytest.approx(4 / 3 * np.pi, rel=0.002)


def test_triangles_that_face_inward_have_a_negative_volume(make_sphere: Make) -> None:
    ball = make_sphere(16)
    flipped = replace(ball, triangles=np.ascontiguousarray(ball.triangles[:, ::-1]))
    stats = solid_stats(Model((flipped,)))
    assert stats.volume_m3 is not None
    assert stats.volume_m3 < 0


def test_an_open_surface_has_no_volume(make_sphere: Make) -> None:
    ball = make_sphere(16)
    stats = solid_stats(Model((replace(ball, triangles=ball.triangles[1:]),)))
    assert (stats.watertight, stats.volume_m3, stats.euler_number) == (False, None, 1)


def test_bodies_are_counted_over_all_meshes(make_sphere: Make) -> None:
    stats = solid_stats(Model((make_sphere(8), make_sphere(8, center=(5, 0, 0)))))
    assert (stats.bodies, stats.euler_number) == (2, 4)


def test_a_body_split_over_two_meshes_is_one(make_sphere: Make) -> None:
    ball = make_sphere(8)
    half = len(ball.triangles) // 2
    parts = (replace(ball, triangles=ball.triangles[:half]), replace(ball, triangles=ball.triangles[half:]))
    stats = solid_stats(Model(parts))
    assert (stats.watertight, stats.bodies) == (True, 1)


def test_a_flat_body_has_no_volume_and_warns_of_nothing() -> None:
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    both_sides = Mesh(corners, np.array([[0, 1, 2], [0, 2, 1]], np.uint32))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stats = solid_stats(Model((both_sides,)))
    assert (stats.watertight, stats.volume_m3) == (True, 0)
