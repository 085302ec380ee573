from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from vitrine.geometry.join import join, split
from vitrine.gltf import Mesh, Model

Make = Callable[..., Mesh]


def test_a_single_mesh_is_not_copied(make_sphere: Make) -> None:
    ball = make_sphere(4)
    joined = join(Model((ball,)))
    assert joined.positions is ball.positions
    assert joined.triangles is ball.triangles
    assert joined.starts.tolist() == [0, len(ball.positions)]


def test_missing_attributes_get_defaults_where_another_mesh_has_them(make_sphere: Make) -> None:
    ball = make_sphere(4)
    joined = join(Model((ball, replace(ball, uvs=None))))
    assert joined.uvs is not None
    assert (joined.uvs[len(ball.positions) :] == 0).all()
    assert joined.colors is None
    assert (joined.positions[joined.triangles[len(ball.triangles) :]] == ball.positions[ball.triangles]).all()


def test_splitting_gives_each_mesh_its_own_triangles(make_sphere: Make) -> None:
    model = Model((make_sphere(4), make_sphere(6, center=(3, 0, 0))))
    joined = join(model)
    back = split(model, joined, joined.triangles)
    for mesh, original in zip(back.meshes, model.meshes, strict=True):
        assert (mesh.triangles == original.triangles).all()
    assert len(split(model, joined, joined.triangles[-5:]).meshes) == 1
