from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from vitrine.errors import ModelError
from vitrine.gltf import Material, Mesh, Model, Texture
from vitrine.lods.prepare_model import prepare_model

Make = Callable[..., Mesh]


def test_normals_get_unit_length_and_uvs_without_a_texture_go(make_sphere: Make) -> None:
    ball = make_sphere(8)
    assert ball.normals is not None
    (mesh,) = prepare_model(Model((replace(ball, normals=ball.normals * np.float32(3)),))).meshes
    assert mesh.normals is not None
    assert np.abs(np.linalg.norm(mesh.normals, axis=1) - 1).max() < 1e-6
    assert mesh.uvs is None
    assert mesh.tangents is None


def test_a_normal_map_gets_tangents(make_sphere: Make, make_texture: Callable[..., Texture]) -> None:
    (mesh,) = prepare_model(Model((make_sphere(8),), (Material(normal=make_texture(8)),))).meshes
    assert mesh.uvs is not None
    assert mesh.tangents is not None


def test_anisotropy_keeps_uvs_and_gets_tangents(make_sphere: Make) -> None:
    brushed = Material(extensions={"KHR_materials_anisotropy": {"anisotropyStrength": 1.0}})
    (mesh,) = prepare_model(Model((make_sphere(8),), (brushed,))).meshes
    assert mesh.uvs is not None
    assert mesh.tangents is not None


def test_what_cannot_be_simplified_is_refused(make_sphere: Make) -> None:
    ball = make_sphere(4)
    with pytest.raises(ModelError, match="no triangles"):
        prepare_model(Model((replace(ball, triangles=ball.triangles[:0]),)))
    with pytest.raises(ModelError, match="scale it down"):
        prepare_model(Model((replace(ball, positions=ball.positions * np.float32(1e20)),)))
