"""Extensions that the Khronos validator does not know: what is wrong with them is listed apart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gltf.validation.assets import textured
from vitrine.gltf import validate

MESHOPT = {"buffer": 0, "byteLength": 9, "byteStride": 12, "count": 3, "mode": "ATTRIBUTES"}
GOOD: dict[str, tuple[str, dict[str, Any]]] = {
    "EXT_meshopt_compression": ("bufferViews", MESHOPT),
    "KHR_meshopt_compression": ("bufferViews", MESHOPT | {"filter": "OCTAHEDRAL"}),
    "EXT_mesh_gpu_instancing": ("nodes", {"attributes": {"TRANSLATION": 0, "_ID": 7}}),
    "KHR_node_visibility": ("nodes", {"visible": False}),
    "KHR_texture_basisu": ("textures", {"source": 0}),
}
WRONG = [
    ("EXT_meshopt_compression", {"mode": "POINTS"}, "VALUE_NOT_IN_LIST", "/mode"),
    ("EXT_meshopt_compression", {"buffer": 9}, "UNRESOLVED_REFERENCE", "/buffer"),
    ("EXT_meshopt_compression", {"byteStride": 10}, "VALUE_MULTIPLE_OF", "/byteStride"),
    ("EXT_meshopt_compression", {"mode": "TRIANGLES"}, "VALUE_NOT_IN_RANGE", "/byteStride"),
    ("EXT_meshopt_compression", {"mode": "TRIANGLES", "count": 4}, "VALUE_MULTIPLE_OF", "/count"),
    ("KHR_meshopt_compression", {"count": 0}, "VALUE_NOT_IN_RANGE", "/count"),
    ("KHR_meshopt_compression", {"filter": "WAVELET"}, "VALUE_NOT_IN_LIST", "/filter"),
    (
        "EXT_mesh_gpu_instancing",
        {"attributes": {"ROTATION": 99}},
        "UNRESOLVED_REFERENCE",
        "/attributes/ROTATION",
    ),
    ("EXT_mesh_gpu_instancing", {"attributes": 5}, "TYPE_MISMATCH", "/attributes"),
    ("KHR_node_visibility", {"visible": "no"}, "TYPE_MISMATCH", "/visible"),
    ("KHR_node_visibility", {"shown": True}, "UNEXPECTED_PROPERTY", "/shown"),
    ("KHR_texture_basisu", {"source": 4}, "UNRESOLVED_REFERENCE", "/source"),
]


def packed(name: str, change: dict[str, Any]) -> bytes:
    asset = textured()
    asset.text()
    place, good = GOOD[name]
    asset.doc[place][0]["extensions"] = {name: good | change}
    asset.doc["extensionsUsed"] = [name]
    return asset.pack()


@pytest.mark.parametrize("name", GOOD)
def test_a_good_object_has_no_issue(name: str) -> None:
    report = validate(packed(name, {}))
    assert report.more_issues == ()
    assert "UNSUPPORTED_EXTENSION" in {issue.code for issue in report.issues}


@pytest.mark.parametrize(("name", "change", "code", "end"), WRONG)
def test_a_wrong_object_has_one_apart(name: str, change: dict[str, Any], code: str, end: str) -> None:
    report = validate(packed(name, change))
    place = GOOD[name][0]
    assert (code, f"/{place}/0/extensions/{name}{end}") in {(i.code, i.pointer) for i in report.more_issues}
    assert report.valid
    assert report.issues == validate(packed(name, {})).issues
