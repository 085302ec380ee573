"""A model is usable exactly if it can be read and its images decode; no bytes make the check raise."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from vitrine.errors import ModelError
from vitrine.findings import CODES
from vitrine.gltf import check_usable, read_glb, validate

TRIANGLE = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]


def codes(data: bytes) -> list[str]:
    checked = check_usable(data)
    assert checked.usable is not any(f.severity == "error" for f in checked.findings)
    for finding in checked.findings:
        assert finding.severity in CODES[finding.code].severities
    return [f.code for f in checked.findings]


def test_a_usable_model_has_stats_and_no_findings(glb: Any, png: bytes) -> None:
    uvs = glb.accessor([[0, 0], [1, 0], [0, 1]])
    glb.json["materials"] = [{"emissiveTexture": {"index": glb.texture(png)}}]
    glb.mesh(glb.primitive(TRIANGLE, TEXCOORD_0=uvs) | {"material": 0})
    checked = check_usable(glb.pack())
    assert checked.usable
    assert (checked.stats["triangles"], checked.stats["draw_calls"]) == (1, 1)
    assert checked.stats["extent"] == [1, 1, 0]
    assert checked.stats["texture_memory_bytes"] == round(4 * 4 * 4 * 4 / 3)


def test_images_of_materials_are_decoded(glb: Any, png: bytes) -> None:
    uvs = glb.accessor([[0, 0], [1, 0], [0, 1]])
    glb.json["materials"] = [{"emissiveTexture": {"index": glb.texture(png[:-30])}}]
    glb.mesh(glb.primitive(TRIANGLE, TEXCOORD_0=uvs) | {"material": 0})
    assert codes(glb.pack()) == ["IMAGE_BROKEN"]


def test_what_cannot_be_read_is_not_usable(one_triangle: Any) -> None:
    assert codes(b"") == ["UNREADABLE"]
    assert codes(b"glTF" + bytes(8)) == ["UNREADABLE"]
    assert codes(b"glTF\2\0\0\0\x18\0\0\0\4\0\0\0JSON}{}{") == ["UNREADABLE"]
    assert codes(one_triangle.pack(extensionsRequired=["ACME_hair"])) == ["UNREADABLE"]
    assert (
        "ACME_hair" in check_usable(one_triangle.pack(extensionsRequired=["ACME_hair"])).findings[0].message
    )
    assert codes(one_triangle.pack(buffers=[{"byteLength": 10**6}])) == ["UNREADABLE"]


def test_an_index_out_of_range(glb: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 9]))
    checked = check_usable(glb.pack())
    assert [f.code for f in checked.findings] == ["INDEX_OUT_OF_RANGE"]
    assert "refers to vertex 9 of 3" in checked.findings[0].message


def test_a_valid_model_can_be_unusable(one_triangle: Any) -> None:
    one_triangle.json["scenes"] = [{}]
    one_triangle.json["accessors"][0] |= {"min": [0, 0, 0], "max": [1, 1, 0]}
    data = one_triangle.pack()
    assert validate(data).valid
    assert codes(data) == ["UNREADABLE"]


def test_an_invalid_model_can_be_usable(one_triangle: Any) -> None:
    one_triangle.json["accessors"][0] |= {"min": [0, 0, 0], "max": [1, 2, 0]}
    data = one_triangle.pack()
    assert not validate(data).valid
    assert check_usable(data).usable


def test_an_optional_extension_is_left_out(one_triangle: Any) -> None:
    assert codes(one_triangle.pack(extensionsUsed=["ACME_hair"])) == ["EXTENSION_LEFT_OUT"]


@pytest.mark.parametrize("seed", range(4))
def test_broken_bytes_never_raise_and_usable_means_readable(one_triangle: Any, seed: int, png: bytes) -> None:
    one_triangle.texture(png)
    valid = one_triangle.pack()
    rng = random.Random(seed)
    for _ in range(100):
        data = bytearray(valid[: rng.randrange(len(valid))] if rng.random() < 0.2 else valid)
        for _ in range(rng.randint(1, 8)):
            if data:
                data[rng.randrange(len(data))] = rng.randrange(256)
        validate(bytes(data))
        try:
            read_glb(bytes(data))
        except ModelError:
            assert not check_usable(bytes(data)).usable
        else:
            assert check_usable(bytes(data)).usable


@pytest.mark.parametrize(
    "name",
    ["backpack_150k", "chair_500k_shell_debris", "mechanical_keyboard", "modern_armchair", "modern_sofa"],
)
def test_real_models_are_usable(shared_models: Path, name: str) -> None:
    data = (shared_models / f"{name}.glb").read_bytes()
    assert check_usable(data).usable
