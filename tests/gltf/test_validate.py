"""Findings of files that are each broken in one way; no bytes make the validator raise."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from vitrine.findings import CODES
from vitrine.gltf import read_glb, validate_glb

TRIANGLE = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]


def codes(data: bytes) -> list[str]:
    report = validate_glb(data)
    assert report.valid is not any(f.severity == "error" for f in report.findings)
    for finding in report.findings:
        assert finding.severity in CODES[finding.code].severities
    return [f.code for f in report.findings]


def test_a_valid_file_has_stats_and_no_findings(one_triangle: Any) -> None:
    report = validate_glb(one_triangle.pack())
    assert report.valid
    assert report.findings == ()
    assert report.stats["triangles"] == 1
    assert report.stats["extent"] == [1, 1, 0]


def test_container_and_json() -> None:
    assert codes(b"") == ["GLB_CONTAINER"]
    assert codes(b"glTF" + bytes(8)) == ["GLB_CONTAINER"]
    assert codes(b"glTF\2\0\0\0\x18\0\0\0\4\0\0\0JSON}{}{") == ["JSON_INVALID"]


def test_buffers_views_and_accessors(one_triangle: Any) -> None:
    assert "BUFFER_BROKEN" in codes(one_triangle.pack(buffers=[{"byteLength": 10**6}]))
    one_triangle.json["bufferViews"][0]["byteLength"] = 10**6
    assert codes(one_triangle.pack()) == ["VIEW_BROKEN", "ACCESSOR_BROKEN"]
    one_triangle.json["bufferViews"][0]["byteLength"] = 4
    assert codes(one_triangle.pack()) == ["ACCESSOR_BROKEN"]


def test_values(glb: Any) -> None:
    glb.mesh(glb.primitive([[0, 0, 0], [1, float("nan"), 0], [0, 1, 0]]))
    assert codes(glb.pack()) == ["ACCESSOR_NOT_FINITE"]


def test_inrngs(glb: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 9]))
    report = validate_glb(glb.pack())
    assert [f.code for f in report.findings] == ["INDEX_OUT_OF_RANGE"]
    assert "refers to vertex 9 of 3" in report.findings[0].message


def test_wrong_bounds_are_a_warning(one_triangle: Any) -> None:
    one_triangle.json["accessors"][0] |= {"min": [0, 0, 0], "max": [1, 2, 0]}
    report = validate_glb(one_triangle.pack())
    assert report.valid
    assert [(f.code, f.pointer) for f in report.findings] == [("ACCESSOR_BOUNDS", "/accessors/0")]


def test_normals_off_unit_are_counted(glb: Any) -> None:
    normal = glb.accessor([[0, 0, 1], [0, 0, 2], [0, 0, 0]])
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2], NORMAL=normal))
    report = validate_glb(glb.pack())
    assert report.valid
    assert [(f.code, f.measured) for f in report.findings] == [("NORMALS_NOT_UNIT", 2)]


def test_images_are_decoded(glb: Any, png: bytes) -> None:
    glb.mesh(glb.primitive(TRIANGLE))
    glb.texture(png[:-30])
    glb.texture(b"not an image at all")
    glb.texture(png)
    report = validate_glb(glb.pack())
    assert [(f.code, f.pointer) for f in report.findings] == [
        ("IMAGE_BROKEN", "/images/0"),
        ("IMAGE_BROKEN", "/images/1"),
    ]


def test_extensions(one_triangle: Any) -> None:
    assert codes(one_triangle.pack(extensionsRequired=["ACME_hair"])) == ["EXTENSION_UNSUPPORTED"]
    assert codes(one_triangle.pack(extensionsUsed=["ACME_hair"])) == []


def test_a_document_of_the_wrong_shape_is_unreadable(one_triangle: Any) -> None:
    for change in ({"accessors": 5}, {"bufferViews": [None]}, {"images": [7]}, {"nodes": {"a": 1}}):
        found = codes(one_triangle.pack(**change))
        assert found, change
        assert not validate_glb(one_triangle.pack(**change)).valid


@pytest.mark.parametrize("seed", range(4))
def test_broken_bytes_never_raise_and_valid_means_readable(one_triangle: Any, seed: int, png: bytes) -> None:
    one_triangle.texture(png)
    valid = one_triangle.pack()
    rng = random.Random(seed)
    for _ in range(100):
        data = bytearray(valid[: rng.randrange(len(valid))] if rng.random() < 0.2 else valid)
        for _ in range(rng.randint(1, 8)):
            if data:
                data[rng.randrange(len(data))] = rng.randrange(256)
        report = validate_glb(bytes(data))
        if report.valid:
            read_glb(bytes(data))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("backpack_150k", ["NORMALS_NOT_UNIT"]),  # two of its normals have length zero
        ("chair_500k_shell_debris", []),
        ("mechanical_keyboard", []),
        ("modern_armchair", []),
        ("modern_sofa", []),
    ],
)
def test_real_models_are_valid(shared_models: Path, name: str, expected: list[str]) -> None:
    data = (shared_models / f"{name}.glb").read_bytes()
    assert validate_glb(data).valid
    assert codes(data) == expected
