from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.geometry.tangents import add_tangents
from vitrine.gltf import Material, Mesh, Model
from vitrine.lods.rebake.bake import BakedTextures, bake
from vitrine.render.rays.covered_texels import covered_texels
from vitrine.render.scene import Scene

QUAD = Mesh(
    positions=np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32),
    triangles=np.array([[0, 1, 2], [0, 2, 3]], np.uint32),
    normals=np.tile(np.array([[0, 0, 1]], np.float32), (4, 1)),
    uvs=np.array([[0, 0.5], [1, 0.5], [1, 0], [0, 0]], np.float32),
)


def test_texels_are_covered_where_their_centers_lie_in_a_triangle() -> None:
    row, column, hit = covered_texels(QUAD, 8)
    assert sorted(zip(row.tolist(), column.tolist(), strict=True)) == [
        (r, c) for r in range(4) for c in range(8)
    ]
    a, b, c = (QUAD.positions[QUAD.triangles[hit.triangle, corner]] for corner in range(3))
    points = a + hit.u[:, None] * (b - a) + hit.v[:, None] * (c - a)
    assert np.allclose(points[:, 0], (column + 0.5) / 8, atol=1e-5)
    assert np.allclose(points[:, 1], 1 - (row + 0.5) / 4, atol=1e-5)


def test_texels_take_the_sources_material_and_normals() -> None:
    material = Material(base_color_factor=(1, 0, 0, 1), roughness_factor=0.5, metallic_factor=0.0)
    # The source's quad lies 1 cm above the coarse one, and its normals lean to +X.
    lean = np.tile(np.array([[0.6, 0, 0.8]], np.float32), (4, 1))
    source = Scene(
        Model((replace(QUAD, positions=QUAD.positions + np.float32(0.01), normals=lean),), (material,))
    )
    textures = BakedTextures.blank(8)
    bake(add_tangents(QUAD), source, textures, 0.1)
    assert textures.covered[:4].all()
    assert not textures.covered[4:].any()
    assert (textures.color[:4] == (255, 0, 0, 255)).all()
    assert (textures.color[4:] == 0).all()
    assert (textures.orm[:4] == (255, 128, 0)).all()
    assert np.abs(textures.normal[:4].astype(int) - (204, 128, 230)).max() <= 1
