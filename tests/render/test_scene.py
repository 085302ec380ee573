from __future__ import annotations

import numpy as np
import pytest

from vitrine.errors import ModelError
from vitrine.gltf.model import Material, Mesh, Model
from vitrine.render.scene import Scene


def test_a_model_without_triangles_is_a_named_error():
    with pytest.raises(ModelError, match="no triangles"):
        Scene(Model(()))


def test_a_vertex_at_infinity_is_a_named_error():
    positions = np.array([[0, 0, 0], [1, 0, 0], [0, np.nan, 0]], np.float32)
    with pytest.raises(ModelError, match="1 of the model's 3 vertices are not finite"):
        Scene(Model((Mesh(positions, np.array([[0, 1, 2]], np.uint32)),)))


def test_bounds_and_hull_hold_the_vertices_in_use(sphere):
    mesh = sphere(rings=8).meshes[0]
    stray = Mesh(np.concatenate([mesh.positions, [[9, 9, 9]]]).astype(np.float32), mesh.triangles)
    scene = Scene(Model((stray,)))
    np.testing.assert_allclose(scene.bounds_min, [-1, -1, -1], atol=1e-6)
    np.testing.assert_allclose(scene.bounds_max, [1, 1, 1], atol=1e-6)
    assert scene.diagonal_m == pytest.approx(12**0.5)
    assert np.linalg.norm(scene.hull, axis=1).max() == pytest.approx(1)


def test_scenes_share_decoded_textures(square, png):
    texture = png(np.zeros((4, 4, 3), np.uint8))
    model = square(Material(base_color=texture))
    first = Scene(model)
    first.prepare()
    second = Scene(model, textures_from=first)
    assert second.texture(texture, srgb=True) is first.texture(texture, srgb=True)
