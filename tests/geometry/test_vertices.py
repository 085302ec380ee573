from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vitrine.geometry.vertices import referenced_vertices, remove_unreferenced_vertices, take_vertices
from vitrine.gltf import Mesh


def test_vertices_are_taken_with_all_of_their_attributes(make_sphere: Callable[..., Mesh]) -> None:
    ball = make_sphere(4)
    taken = take_vertices(ball, np.array([7, 3], np.uint32))
    assert ball.normals is not None
    assert taken.normals is not None
    assert (taken.positions == ball.positions[[7, 3]]).all()
    assert (taken.normals == ball.normals[[7, 3]]).all()
    assert taken.tangents is None


def test_unreferenced_vertices_go_and_triangles_stay_where_they_are(make_sphere: Callable[..., Mesh]) -> None:
    ball = make_sphere(4)
    # The first and the last column have a vertex at each pole that no triangle uses.
    assert np.count_nonzero(~referenced_vertices(ball)) == 2
    kept = remove_unreferenced_vertices(ball)
    assert len(kept.positions) == len(ball.positions) - 2
    assert (kept.positions[kept.triangles] == ball.positions[ball.triangles]).all()
    assert remove_unreferenced_vertices(kept) is kept
