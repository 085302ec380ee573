from __future__ import annotations

import base64
from typing import Any

import pytest

from vitrine.errors import ModelError
from vitrine.gltf import read_glb

TRIANGLE = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]


def test_a_data_uri_is_read(glb: Any, corners: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE))
    body = base64.b64encode(bytes(glb.body)).decode()
    uri = f"data:application/octet-stream;base64,{body}"
    data = glb.pack(buffers=[{"byteLength": len(glb.body), "uri": uri}])
    assert corners(read_glb(data)) == [TRIANGLE]


def test_integers_may_be_written_as_floats(one_triangle: Any) -> None:
    for accessor in one_triangle.json["accessors"]:
        accessor["count"] = float(accessor["count"])
        accessor["bufferView"] = float(accessor["bufferView"])
    model = read_glb(one_triangle.pack())
    assert model.triangle_count == 1
    assert model.findings == ()


def test_a_buffer_may_count_the_padding_of_its_chunk(one_triangle: Any) -> None:
    said = len(one_triangle.body) + -len(one_triangle.body) % 4 + 1
    model = read_glb(one_triangle.pack(buffers=[{"byteLength": said}]))
    assert [f.code for f in model.findings] == ["FILE_REPAIRED"]
    with pytest.raises(ModelError, match=f"says {said + 7} bytes"):
        read_glb(one_triangle.pack(buffers=[{"byteLength": said + 7}]))
