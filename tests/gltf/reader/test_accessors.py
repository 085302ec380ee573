from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vitrine.errors import IndexOutOfRange, ModelError
from vitrine.gltf import read_glb

TRIANGLE = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]


def test_interleaved_vertices(glb: Any) -> None:
    rows = np.zeros((3, 5), "f4")
    rows[:, :3] = TRIANGLE
    rows[:, 3:] = [[0, 0], [0.5, 0], [0, 0.25]]
    view = glb.view(rows.tobytes(), byteStride=20)
    for kind, offset in (("VEC3", 0), ("VEC2", 12)):
        glb.json["accessors"].append(
            {"bufferView": view, "byteOffset": offset, "componentType": 5126, "count": 3, "type": kind}
        )
    glb.mesh({"attributes": {"POSITION": 0, "TEXCOORD_0": 1}})
    mesh = read_glb(glb.pack()).meshes[0]
    assert mesh.positions.tolist() == TRIANGLE
    assert mesh.uvs is not None
    assert mesh.uvs.tolist() == [[0, 0], [0.5, 0], [0, 0.25]]


def test_normalized_integers_follow_the_specification(glb: Any) -> None:
    uv = glb.accessor([[0, 65535], [32768, 0], [1, 2]], "u2", normalized=True)
    normal = glb.accessor([[0, 0, 127], [0, 0, -128], [0, -127, 0]], "i1", normalized=True)
    glb.json["accessors"][normal]["count"] = 3
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2], TEXCOORD_0=uv, NORMAL=normal))
    mesh = read_glb(glb.pack()).meshes[0]
    assert mesh.uvs is not None
    assert np.allclose(mesh.uvs, [[0, 1], [32768 / 65535, 0], [1 / 65535, 2 / 65535]])
    assert mesh.normals is not None
    assert mesh.normals.tolist() == [[0, 0, 1], [0, 0, -1], [0, -1, 0]]  # -128 counts as -127


def test_quantized_positions(glb: Any, corners: Any) -> None:
    position = glb.accessor([[0, 0, 0], [100, 0, 0], [0, 100, 0]], "u2")
    glb.mesh({"attributes": {"POSITION": position}})
    glb.json["nodes"] = [{"mesh": 0, "scale": [0.01, 0.01, 0.01]}]
    data = glb.pack(extensionsUsed=["KHR_mesh_quantization"], extensionsRequired=["KHR_mesh_quantization"])
    assert corners(read_glb(data)) == [TRIANGLE]


def test_sparse_values_replace_zeros(glb: Any, corners: Any) -> None:
    which = glb.view(np.array([1, 2], "u2").tobytes())
    values = glb.view(np.array([[1, 0, 0], [0, 1, 0]], "f4").tobytes())
    glb.json["accessors"].append(
        {
            "componentType": 5126,
            "count": 3,
            "type": "VEC3",
            "sparse": {
                "count": 2,
                "indices": {"bufferView": which, "componentType": 5123},
                "values": {"bufferView": values},
            },
        }
    )
    glb.mesh({"attributes": {"POSITION": 0}})
    assert corners(read_glb(glb.pack())) == [TRIANGLE]


def test_indices_out_of_range_are_refused(glb: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 3]))
    with pytest.raises(IndexOutOfRange, match="refers to vertex 3 of 3"):
        read_glb(glb.pack())


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_positions_that_are_not_finite_are_refused(glb: Any, bad: float) -> None:
    glb.mesh(glb.primitive([[0, 0, 0], [1, bad, 0], [0, 1, 0]]))
    with pytest.raises(ModelError, match="not finite at 1 of 3 elements, first at element 1"):
        read_glb(glb.pack())


def test_an_accessor_without_bytes_has_a_limit(one_triangle: Any) -> None:
    huge = {"componentType": 5126, "type": "VEC3", "count": 10**12}
    with pytest.raises(ModelError, match="the limit is"):
        read_glb(one_triangle.pack(accessors=[huge, *one_triangle.json["accessors"][1:]]))
