"""Meshes without UVs are written without the textures that would read them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vitrine.gltf import Material, Mesh, Model, Texture, read_glb, validate, write_glb
from vitrine.gltf.writer.drop_textures import drop_textures_without_uvs
from vitrine.gltf.writer.quantization import QuantizationBits
from vitrine.gltf.writer.write_web_glb import write_web_glb


@pytest.fixture
def model() -> Model:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    texture = Texture(out.getvalue(), "image/png")
    material = Material(
        base_color=texture,
        base_color_factor=(0, 1, 0, 1),
        extensions={"KHR_materials_clearcoat": {"clearcoatFactor": 1, "clearcoatTexture": {"index": 0}}},
        extension_textures=(texture,),
    )
    positions, triangles = np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.uint32)
    uvs = np.zeros((3, 2), np.float32)
    meshes = (Mesh(positions, triangles, uvs=uvs), Mesh(positions, triangles), Mesh(positions, triangles))
    return Model(meshes, (material,))


def test_only_meshes_without_uvs_lose_them(model: Model) -> None:
    written = drop_textures_without_uvs(model)
    assert [mesh.material for mesh in written.meshes] == [0, 1, 1]
    assert written.materials[0] == model.materials[0]
    assert written.materials[1].base_color is None
    assert written.materials[1].base_color_factor == (0, 1, 0, 1)
    assert written.materials[1].extensions == {"KHR_materials_clearcoat": {"clearcoatFactor": 1}}


def test_files_are_valid(model: Model) -> None:
    for data in (write_glb(model), write_web_glb(model, QuantizationBits(14, 8, 12))):
        assert validate(data).valid
        assert len(read_glb(data).meshes) == 3


def test_a_model_with_uvs_stays_the_same(model: Model) -> None:
    whole = Model(model.meshes[:1], model.materials)
    assert drop_textures_without_uvs(whole) is whole
