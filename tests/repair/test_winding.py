from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vitrine.geometry.normals import area_weighted_normals
from vitrine.gltf import Mesh, read_glb
from vitrine.repair.winding import unify_winding

Make = Callable[..., Mesh]


def outward(mesh: Mesh) -> float:
    """Share of triangles that face away from the origin."""
    facing = area_weighted_normals(mesh.positions, mesh.triangles)
    return float((np.einsum("ij,ij->i", facing, mesh.positions[mesh.triangles].mean(axis=1)) > 0).mean())


def test_a_sound_mesh_is_left(make_sphere: Make) -> None:
    ball = make_sphere(16)
    assert unify_winding(ball) == (ball, 0)


@pytest.mark.parametrize("share", [0.001, 0.1, 0.45, 1.0])
def test_scattered_flips_and_a_whole_ball_inside_out(make_sphere: Make, share: float) -> None:
    ball = make_sphere(24)
    wrong = np.random.default_rng(2).random(len(ball.triangles)) < share
    triangles = ball.triangles.copy()
    triangles[wrong] = triangles[wrong][:, ::-1]
    fixed, count = unify_winding(replace(ball, triangles=triangles))
    assert count == wrong.sum()
    assert outward(fixed) == 1
    assert fixed.normals is not None
    assert ball.normals is not None
    assert np.einsum("ij,ij->i", fixed.normals, ball.normals).min() > 0.98


def test_normals_are_flipped_with_a_part_that_is_inside_out(make_sphere: Make) -> None:
    ball = make_sphere(16)
    assert ball.normals is not None
    for normals in (ball.normals, -ball.normals):
        fixed, _ = unify_winding(replace(ball, triangles=ball.triangles[:, ::-1].copy(), normals=normals))
        used = np.unique(ball.triangles)
        assert fixed.normals is not None
        assert (fixed.normals[used] == ball.normals[used]).all()


def test_an_open_sheet_keeps_the_side_it_has(make_sphere: Make) -> None:
    ball = make_sphere(16)
    bowl = ball.triangles[ball.positions[ball.triangles].mean(axis=1)[:, 1] < 0]
    for triangles in (bowl, bowl[:, ::-1].copy()):
        assert unify_winding(replace(ball, triangles=triangles))[1] == 0


def test_a_moebius_strip_is_left_alone() -> None:
    turns = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    middle = np.stack([np.cos(turns), np.zeros(40), np.sin(turns)], -1)
    lean = np.stack(
        [np.cos(turns) * np.cos(turns / 2), np.sin(turns / 2), np.sin(turns) * np.cos(turns / 2)], -1
    )
    points = np.concatenate([middle + 0.3 * lean, middle - 0.3 * lean]).astype(np.float32)
    here = np.arange(40)
    there = (here + 1) % 40
    a, b = here, here + 40
    c, d = np.where(there == 0, 40, there), np.where(there == 0, 0, there + 40)
    triangles = np.concatenate([np.stack([a, b, c], -1), np.stack([b, d, c], -1)]).astype(np.uint32)
    fixed, _ = unify_winding(Mesh(points, triangles))
    assert len(fixed.triangles) == 80


def test_generated_models_that_come_inside_out(shared_models: Path) -> None:
    mesh = read_glb((shared_models / "backpack_150k.glb").read_bytes()).meshes[0]
    assert outward(mesh) < 0.3
    fixed, count = unify_winding(mesh)
    assert count == 149_961
    assert outward(fixed) > 0.7
    assert fixed.normals is not None
    facing = area_weighted_normals(fixed.positions, fixed.triangles)
    assert (np.einsum("ij,ij->i", facing, fixed.normals[fixed.triangles].mean(axis=1)) > 0).mean() > 0.99
