from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from vitrine.gltf import Mesh
from vitrine.lods.rebake.remesh import decimate, remesh

Make = Callable[..., Mesh]


def test_seams_are_gone_and_the_mesh_is_closed(make_sphere: Make) -> None:
    ball = make_sphere(32)
    mesh = remesh((ball,), (0,))
    assert len(mesh.positions) == 31 * 64 + 2  # rings between the poles, and one vertex for each pole
    assert len(mesh.triangles) == len(ball.triangles)
    edges = mesh.triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    directed = {tuple(edge) for edge in edges.tolist()}
    assert all((b, a) in directed for a, b in directed)


def test_groups_share_no_vertex(make_sphere: Make) -> None:
    ball = make_sphere(8)
    twice = (ball, replace(ball, material=1))
    apart, together = remesh(twice, (0, 1)), remesh(twice, (0, 0))
    assert len(apart.positions) == 2 * len(together.positions)
    corners = apart.groups[apart.triangles]
    assert (corners == corners[:, :1]).all()
    assert np.bincount(corners[:, 0]).tolist() == [len(ball.triangles)] * 2


def test_decimation_reaches_the_target_or_stops_at_the_error(make_sphere: Make) -> None:
    mesh = remesh((make_sphere(32),), (0,))
    few, error = decimate(mesh, 60, 0.25)
    assert 40 < len(few.triangles) <= 60
    assert 0 < error < 0.1
    assert len(few.positions) == len(np.unique(few.triangles)) == len(few.groups)
    near, error = decimate(mesh, 60, 0.002)
    assert 60 < len(near.triangles) < len(mesh.triangles)
    assert error <= 0.002
