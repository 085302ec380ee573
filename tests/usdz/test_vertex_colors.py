from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.fixtures.feature_models import checks, colored
from tests.fixtures.meshes import sphere
from vitrine.codecs.images import decode_image
from vitrine.gltf import Material, Mesh, Model
from vitrine.textures.color_space import LINEAR_OF_BYTE
from vitrine.usdz.vertex_colors import bake_vertex_colors

PLASTIC = Material(metallic_factor=0.0)


def color_at_vertices(mesh: Mesh, material: Material) -> np.ndarray:
    """Linear base colour at every vertex, (n, 3)."""
    assert material.base_color is not None
    assert mesh.uvs is not None
    pixels = decode_image(material.base_color.data, material.base_color.media_type)
    height, width = pixels.shape[:2]
    column = np.clip((mesh.uvs[:, 0] * width).astype(int), 0, width - 1)
    row = np.clip((mesh.uvs[:, 1] * height).astype(int), 0, height - 1)
    return np.asarray(LINEAR_OF_BYTE[pixels[row, column, :3]])


def expected(mesh: Mesh) -> np.ndarray:
    colors = colored(mesh).colors
    assert colors is not None
    return colors[:, :3]


def test_without_textures_the_mesh_gets_uvs_and_a_texture() -> None:
    model, (found,) = bake_vertex_colors(Model((colored(sphere(24)),), (PLASTIC,)))
    (mesh,), (material,) = model.meshes, model.materials
    assert (mesh.colors, found.code, found.pointer) == (None, "VERTEX_COLORS_BAKED", "/materials/0")
    assert np.abs(color_at_vertices(mesh, material) - expected(mesh)).mean() < 0.02


def test_they_multiply_the_texture_of_an_atlas() -> None:
    gray = checks((188, 188, 188), (188, 188, 188), px=128)  # half the light
    model, (found,) = bake_vertex_colors(Model((colored(sphere(24)),), (replace(PLASTIC, base_color=gray),)))
    (mesh,), (material,) = model.meshes, model.materials
    assert "baked into the base colour texture" in found.message
    assert np.abs(color_at_vertices(mesh, material) - expected(mesh) / 2).mean() < 0.02


def test_their_mean_tints_a_texture_that_repeats() -> None:
    ball = colored(sphere(12))
    assert ball.uvs is not None
    tiled = replace(ball, uvs=ball.uvs * np.float32(3))
    material = replace(PLASTIC, base_color=checks((255, 255, 255), (90, 90, 90)))
    model, (found,) = bake_vertex_colors(Model((tiled,), (material,)))
    assert "their mean tints" in found.message
    assert model.materials[0].base_color_factor[:3] == pytest.approx(ball.colors[:, :3].mean(axis=0))


def test_white_and_missing_colours_change_nothing() -> None:
    ball = sphere(8)
    white = replace(ball, colors=np.ones((len(ball.positions), 4), np.float32))
    model, findings = bake_vertex_colors(Model((white, ball), (PLASTIC,)))
    assert findings == ()
    assert model.materials == (PLASTIC,)
    assert all(mesh.colors is None for mesh in model.meshes)
