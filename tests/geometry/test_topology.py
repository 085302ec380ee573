from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vitrine.geometry.join import join
from vitrine.geometry.topology import Topology, find_parts, part_extents
from vitrine.geometry.weld import weld_positions
from vitrine.gltf import Mesh, Model

Make = Callable[..., Mesh]


def test_parts_are_what_seams_do_not_divide(make_sphere: Make) -> None:
    large, small = make_sphere(8), make_sphere(4, radius=0.5, center=(3, 0, 0))
    topology = Topology.of(Model((large, small)))
    assert topology.parts.count == 2
    assert topology.parts.triangles.tolist() == [len(large.triangles), len(small.triangles)]
    joined = topology.joined
    extents = part_extents(joined.positions, joined.triangles, topology.parts)
    assert extents == pytest.approx([2 * 3**0.5, 3**0.5])


def test_triangles_that_share_a_corner_are_one_part() -> None:
    assert find_parts(np.array([[0, 1, 2], [2, 3, 4], [5, 6, 7]], np.uint32), 8).count == 2
    assert find_parts(np.zeros((0, 3), np.uint32), 8).count == 0


def test_without_a_part_the_rest_is_as_if_it_had_never_been_there(make_sphere: Make) -> None:
    balls = tuple(make_sphere(4 + n, center=(3.0 * n, 0, 0)) for n in range(3))
    topology = Topology.of(Model(balls), [weld_positions(ball.positions) for ball in balls])
    left = topology.without_parts(np.array([False, True, False]))
    fresh = Topology.of(Model((balls[0], balls[2])))
    assert len(left.model.meshes) == 2
    assert left.parts.count == fresh.parts.count == 2
    assert left.parts.of_triangle.tolist() == fresh.parts.of_triangle.tolist()
    assert left.parts.triangles.tolist() == fresh.parts.triangles.tolist()
    assert (left.joined.triangles == join(fresh.model).triangles).all()
