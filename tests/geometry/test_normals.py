from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from vitrine.geometry.normals import fix_normals, vertex_normals
from vitrine.gltf import Mesh


def test_missing_normals_are_made_smooth_across_seams(make_sphere: Callable[..., Mesh]) -> None:
    ball = make_sphere(48)
    made, count = fix_normals(replace(ball, normals=None))
    assert count == len(ball.positions)
    assert made.normals is not None
    assert np.einsum("ij,ij->i", made.normals, ball.positions).min() > 0.998


def test_only_broken_normals_change(make_sphere: Callable[..., Mesh]) -> None:
    ball = make_sphere(32)
    assert ball.normals is not None
    broken = ball.normals.copy()
    broken[100], broken[200], broken[300] = 0, 3 * broken[200], np.nan
    fixed, count = fix_normals(replace(ball, normals=broken))
    assert count == 2  # the long one only had to be scaled
    assert fixed.normals is not None
    assert np.abs(fixed.normals - ball.normals).max() < 0.02
    untouched = np.setdiff1d(np.arange(len(broken)), [100, 200, 300])
    assert (fixed.normals[untouched] == ball.normals[untouched]).all()


def test_very_long_normals_are_scaled(make_sphere: Callable[..., Mesh]) -> None:
    ball = make_sphere(8)
    assert ball.normals is not None
    fixed, count = fix_normals(replace(ball, normals=ball.normals * np.float32(1e25)))
    assert count == 0
    assert fixed.normals is not None
    assert np.abs(fixed.normals - ball.normals).max() < 1e-6


def test_sound_normals_are_handed_through(make_sphere: Callable[..., Mesh]) -> None:
    ball = make_sphere(8)
    assert fix_normals(ball) == (ball, 0)


def test_a_vertex_without_a_face_points_up() -> None:
    mesh = Mesh(np.zeros((1, 3), np.float32), np.zeros((0, 3), np.uint32))
    assert vertex_normals(mesh).tolist() == [[0, 1, 0]]
