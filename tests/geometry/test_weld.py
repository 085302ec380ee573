from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vitrine.geometry.weld import PositionRemap, join_remaps, weld_positions
from vitrine.gltf import Mesh


def same(one: PositionRemap, other: PositionRemap) -> bool:
    return one.count == other.count and one.indices.tolist() == other.indices.tolist()


def test_the_vertices_along_a_seam_share_positions(make_sphere: Callable[..., Mesh]) -> None:
    ball = make_sphere(8)
    remap = weld_positions(ball.positions)
    # 7 rings of 16 positions and two poles, where the mesh has 9 rings of 17 vertices.
    assert remap.count == 7 * 16 + 2
    assert len(ball.positions) == 9 * 17
    for number in range(remap.count):
        assert len(np.unique(ball.positions[remap.indices == number], axis=0)) == 1


def test_minus_zero_is_zero() -> None:
    remap = weld_positions(np.array([[0.0, 0, 0], [-0.0, 0, -0.0], [1, 0, 0]], np.float32))
    assert remap.count == 2
    assert remap.indices[0] == remap.indices[1]


def test_groups_share_no_position() -> None:
    positions = np.zeros((4, 3), np.float32)
    assert weld_positions(positions, np.array([0, 1, 0, 2], np.uint32)).indices.tolist() == [0, 1, 0, 2]


def test_positions_are_numbered_by_their_first_vertex(make_sphere: Callable[..., Mesh]) -> None:
    remap = weld_positions(make_sphere(8).positions)
    first = remap.first_vertices()
    assert (np.diff(first.astype(np.int64)) > 0).all()
    assert remap.indices[first].tolist() == list(range(remap.count))


@pytest.mark.parametrize("seed", range(5))
def test_the_remap_of_some_vertices_is_that_of_a_mesh_of_them(seed: int) -> None:
    dice = np.random.default_rng(seed)
    positions = dice.integers(0, 3, (60, 3)).astype(np.float32)
    kept = np.flatnonzero(dice.random(60) < 0.6)
    assert same(weld_positions(positions).take(kept), weld_positions(positions[kept]))


@pytest.mark.parametrize("groups", [None, (0, 1, 0)])
def test_joined_remaps_are_that_of_the_joined_vertices(groups: tuple[int, ...] | None) -> None:
    dice = np.random.default_rng(7)
    meshes = [dice.integers(-1, 2, (count, 3)).astype(np.float32) * np.float32(-1) for count in (40, 1, 30)]
    owners = None if groups is None else np.repeat(np.array(groups, np.uint32), [40, 1, 30])
    joined = join_remaps(meshes, [weld_positions(each) for each in meshes], groups)
    assert same(joined, weld_positions(np.concatenate(meshes), owners))
