from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vitrine.errors import ModelError
from vitrine.gltf import read_glb

TRIANGLE = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]


def test_a_plain_triangle(one_triangle: Any, corners: Any) -> None:
    model = read_glb(one_triangle.pack())
    assert corners(model) == [TRIANGLE]
    assert (model.triangle_count, model.vertex_count) == (1, 3)
    assert model.meshes[0].normals is None
    assert not model.meshes[0].positions.flags.writeable  # a view of the file


def test_animations_and_cameras_are_left_out_with_a_finding(one_triangle: Any) -> None:
    one_triangle.json["animations"] = [{"channels": [], "samplers": []}]
    one_triangle.json["cameras"] = [{"type": "perspective"}]
    found = read_glb(one_triangle.pack()).findings
    assert [f.code for f in found] == ["ANIMATION_LEFT_OUT", "CAMERA_LEFT_OUT"]


def test_lines_are_left_out_with_a_finding_and_alone_are_no_model(glb: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2]), {**glb.primitive(TRIANGLE, [0, 1]), "mode": 1})
    model = read_glb(glb.pack())
    assert model.triangle_count == 1
    assert [f.code for f in model.findings] == ["PRIMITIVE_LEFT_OUT"]
    del glb.json["meshes"][0]["primitives"][0]
    with pytest.raises(ModelError, match="no triangle"):
        read_glb(glb.pack())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"extensionsRequired": ["ACME_hair"]}, "needs ACME_hair, which Vitrine does not read"),
        ({"scene": 7}, "scenes/7, there are 1"),
        ({"nodes": [{"mesh": 3}]}, "meshes/3, there are 1"),
        ({"nodes": [{"mesh": 0, "children": [0]}]}, "reached twice"),
        ({"nodes": [{"mesh": 0, "rotation": [0, 0, 0, 0]}]}, "rotation is zero"),
        ({"nodes": [{"mesh": 0, "scale": [1, 2]}]}, "not 3 finite numbers"),
        ({"nodes": "none"}, "not a well-formed|refers to"),
        ({"buffers": [{"byteLength": 10**9}]}, "there are"),
        ({"buffers": [{"byteLength": 42, "uri": "chair.bin"}]}, "in another file"),
        ({"accessors": [{"componentType": 9, "type": "VEC3", "count": 1}]}, "unknown type"),
        ({"bufferViews": [{"buffer": 0, "byteLength": -1}]}, "not an integer ≥ 0"),
    ],
)
def test_what_is_broken_or_unsupported_is_named(one_triangle: Any, change: dict[str, Any], says: str) -> None:
    with pytest.raises(ModelError, match=says):
        read_glb(one_triangle.pack(**change))


def test_real_models(shared_models: Path) -> None:
    sofa = read_glb((shared_models / "modern_sofa.glb").read_bytes())
    low, high = sofa.bounds
    # Lies on its back in the file; its node stands it up.
    assert (high - low).tolist() == pytest.approx([1.95, 0.727, 0.762], abs=1e-3)
    assert sofa.materials[0].normal is not None
    boots = read_glb((shared_models / "boots_500k.glb").read_bytes())
    assert (boots.triangle_count, boots.vertex_count) == (500_000, 262_010)
    assert boots.materials[0].base_color is not None
    assert boots.materials[0].base_color.media_type == "image/webp"
    assert boots.findings == ()


def test_uvs_far_from_zero_are_moved_by_whole_tiles_where_textures_repeat(glb: Any, png: bytes) -> None:
    uvs = glb.accessor([[10000, -7000], [10002.5, -7000], [10000, -6999.5]])
    glb.mesh({**glb.primitive(TRIANGLE, [0, 1, 2], TEXCOORD_0=uvs), "material": 0})
    material = {"pbrMetallicRoughness": {"baseColorTexture": {"index": glb.texture(png)}}}
    moved = read_glb(glb.pack(materials=[material])).meshes[0].uvs
    assert moved is not None
    assert moved.tolist() == [[0, 0], [2.5, 0], [0, 0.5]]
    glb.json["textures"][0]["sampler"] = 0
    clamped = read_glb(glb.pack(materials=[material], samplers=[{"wrapS": 33071}])).meshes[0].uvs
    assert clamped is not None
    assert clamped[0].tolist() == [10000, -7000]
