from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vitrine.errors import ModelError
from vitrine.gltf import Sampler, read_glb, write_glb

TRIANGLE = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]
UVS = [[0, 0], [1, 0], [0, 1]]


def with_material(glb: Any, material: dict[str, Any], **more: Any) -> bytes:
    uv = glb.accessor(UVS)
    glb.mesh({**glb.primitive(TRIANGLE, [0, 1, 2], TEXCOORD_0=uv), "material": 0})
    return bytes(glb.pack(materials=[material], **more))


def test_every_field_of_a_material_is_read_and_written_back(glb: Any, png: bytes) -> None:
    info = {"index": glb.texture(png)}
    material = {
        "name": "leather",
        "pbrMetallicRoughness": {
            "baseColorFactor": [0.5, 0.25, 0.125, 0.75],
            "metallicFactor": 0.25,
            "roughnessFactor": 0.5,
            "baseColorTexture": info,
            "metallicRoughnessTexture": info,
        },
        "normalTexture": {**info, "scale": 0.5},
        "occlusionTexture": {**info, "strength": 0.25},
        "emissiveTexture": info,
        "emissiveFactor": [1.0, 0.5, 0.0],
        "alphaMode": "MASK",
        "alphaCutoff": 0.75,
        "doubleSided": True,
    }
    got = read_glb(with_material(glb, material)).materials[0]
    assert got.base_color_factor == (0.5, 0.25, 0.125, 0.75)
    assert (got.metallic_factor, got.roughness_factor) == (0.25, 0.5)
    assert (got.normal_scale, got.occlusion_strength, got.alpha_cutoff) == (0.5, 0.25, 0.75)
    assert got.base_color == got.emissive
    assert got.base_color is not None
    assert got.base_color.data == png
    again = read_glb(write_glb(read_glb(with_material(glb, material)))).materials[0]
    assert again == got


def test_missing_fields_have_the_defaults_of_the_specification(glb: Any) -> None:
    got = read_glb(with_material(glb, {})).materials[0]
    assert (got.metallic_factor, got.roughness_factor, got.alpha_mode) == (1.0, 1.0, "OPAQUE")
    assert not got.double_sided


def test_material_extensions_come_through_with_their_textures(glb: Any, png: bytes) -> None:
    coat = {"clearcoatFactor": 0.5, "clearcoatTexture": {"index": glb.texture(png)}}
    material = {"extensions": {"KHR_materials_clearcoat": coat, "KHR_materials_ior": {"ior": 1.4}}}
    data = with_material(glb, material, extensionsUsed=["KHR_materials_clearcoat", "KHR_materials_ior"])
    again = read_glb(write_glb(read_glb(data))).materials[0]
    assert again.extensions["KHR_materials_ior"] == {"ior": 1.4}
    assert again.extensions["KHR_materials_clearcoat"]["clearcoatFactor"] == 0.5
    assert again.extension_textures[0].data == png


def test_samplers_come_through(glb: Any, png: bytes) -> None:
    index = glb.texture(png)
    glb.json["samplers"] = [{"wrapS": 33071, "magFilter": 9728}]
    glb.json["textures"][index]["sampler"] = 0
    material = {"pbrMetallicRoughness": {"baseColorTexture": {"index": index}}}
    again = read_glb(write_glb(read_glb(with_material(glb, material)))).materials[0].base_color
    assert again is not None
    assert again.sampler == Sampler(wrap_s=33071, mag_filter=9728)


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        ({"offset": [0.5, 0.25]}, [[0.5, 0.25], [1.5, 0.25], [0.5, 1.25]]),
        ({"scale": [2, 3]}, [[0, 0], [2, 0], [0, 3]]),
        # A quarter turn counter-clockwise, as seen with v downwards: u goes up, v goes right.
        ({"rotation": np.pi / 2}, [[0, 0], [0, -1], [1, 0]]),
        ({"rotation": np.pi / 2, "scale": [2, 3], "offset": [1, 1]}, [[1, 1], [1, -1], [4, 1]]),
    ],
)
def test_texture_transforms_are_baked_into_the_uvs(
    glb: Any, png: bytes, transform: dict[str, Any], expected: list[list[float]]
) -> None:
    info = {"index": glb.texture(png), "extensions": {"KHR_texture_transform": transform}}
    material = {"pbrMetallicRoughness": {"baseColorTexture": info}}
    mesh = read_glb(with_material(glb, material, extensionsUsed=["KHR_texture_transform"])).meshes[0]
    assert mesh.uvs is not None
    assert np.allclose(mesh.uvs, expected, atol=1e-6)


def test_textures_keep_their_own_uv_mapping_until_they_are_baked(glb: Any, png: bytes) -> None:
    index = glb.texture(png)
    material = {
        "pbrMetallicRoughness": {"baseColorTexture": {"index": index}},
        "occlusionTexture": {"index": index, "texCoord": 1},
    }
    model = read_glb(with_material(glb, material))
    (mesh,), (read,) = model.meshes, model.materials
    assert read.base_color is not None
    assert read.occlusion is not None
    assert (read.base_color.uv, read.occlusion.uv) == (0, 1)
    assert len(mesh.other_uvs) == 1
    with pytest.raises(ValueError, match="bake_uv_sets"):
        write_glb(model)


def test_a_uv_set_that_is_not_there_is_reported(glb: Any, png: bytes) -> None:
    info = {"index": glb.texture(png), "texCoord": 3}
    model = read_glb(with_material(glb, {"pbrMetallicRoughness": {"baseColorTexture": info}}))
    (found,) = model.findings
    assert found.code == "UV_SET_MISSING"
    assert "TEXCOORD_3" in found.message


def test_the_second_uv_set_is_read_where_the_material_says_so(glb: Any, png: bytes) -> None:
    info = {"index": glb.texture(png), "texCoord": 1}
    first, second = glb.accessor(UVS), glb.accessor([[0.5, 0.5]] * 3)
    glb.mesh({**glb.primitive(TRIANGLE, [0, 1, 2], TEXCOORD_0=first, TEXCOORD_1=second), "material": 0})
    mesh = read_glb(glb.pack(materials=[{"pbrMetallicRoughness": {"baseColorTexture": info}}])).meshes[0]
    assert mesh.uvs is not None
    assert mesh.uvs.tolist() == [[0.5, 0.5]] * 3


def test_webp_is_read_from_its_extension(glb: Any) -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "WEBP")
    index = glb.texture(out.getvalue(), "image/webp")
    del glb.json["textures"][index]["source"]
    glb.json["textures"][index]["extensions"] = {"EXT_texture_webp": {"source": 0}}
    material = {"pbrMetallicRoughness": {"baseColorTexture": {"index": index}}}
    names = ["EXT_texture_webp"]
    data = with_material(glb, material, extensionsUsed=names, extensionsRequired=names)
    texture = read_glb(data).materials[0].base_color
    assert texture is not None
    assert (texture.media_type, texture.data) == ("image/webp", out.getvalue())


@pytest.mark.parametrize(
    ("material", "says"),
    [
        ({"alphaMode": "GLASS"}, "alphaMode is 'GLASS'"),
        ({"pbrMetallicRoughness": {"metallicFactor": "shiny"}}, "not a number"),
        ({"pbrMetallicRoughness": {"baseColorFactor": [1, 1]}}, "not 4 numbers"),
        ({"pbrMetallicRoughness": {"baseColorTexture": {"index": 4}}}, "textures/4, there are 0"),
    ],
)
def test_a_broken_material_is_refused(glb: Any, material: dict[str, Any], says: str) -> None:
    with pytest.raises(ModelError, match=says):
        read_glb(with_material(glb, material))


def test_an_image_of_an_unknown_format_is_refused(glb: Any) -> None:
    material = {"pbrMetallicRoughness": {"baseColorTexture": {"index": glb.texture(b"GIF89a......")}}}
    with pytest.raises(ModelError, match="images/0 is a GIF"):
        read_glb(with_material(glb, material))


def test_a_texture_that_names_no_image_is_left_out_with_a_finding(glb: Any, png: bytes) -> None:
    glb.texture(png)
    glb.json["textures"].append({})
    specular = {"specularTexture": {"index": 1}, "specularFactor": 0.5}
    material = {
        "pbrMetallicRoughness": {"baseColorTexture": {"index": 1}},
        "extensions": {"KHR_materials_specular": specular},
    }
    model = read_glb(with_material(glb, material))
    assert model.materials[0].base_color is None
    assert model.materials[0].extensions == {"KHR_materials_specular": {"specularFactor": 0.5}}
    assert {f.code for f in model.findings} == {"TEXTURE_MISSING"}
