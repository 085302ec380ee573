from __future__ import annotations

from typing import Any

import pytest

from vitrine.errors import ModelError
from vitrine.gltf import read_glb


def test_instances_are_expanded(one_triangle: Any) -> None:
    attributes = {
        "TRANSLATION": one_triangle.accessor([[0, 0, 0], [5, 0, 0]]),
        "ROTATION": one_triangle.accessor([[0, 0, 0, 1], [0, 1, 0, 0]]),
        "SCALE": one_triangle.accessor([[1, 1, 1], [2, 2, 2]]),
    }
    node = {"mesh": 0, "translation": [0, 0, 1]}
    node["extensions"] = {"EXT_mesh_gpu_instancing": {"attributes": attributes}}
    one_triangle.json |= {"nodes": [node], "extensionsRequired": ["EXT_mesh_gpu_instancing"]}
    (mesh,) = read_glb(one_triangle.pack()).meshes
    assert mesh.positions[mesh.triangles].tolist() == [
        [[0, 0, 1], [1, 0, 1], [0, 1, 1]],
        [[5, 0, 1], [3, 0, 1], [5, 2, 1]],  # half a turn about y, twice as large
    ]
    attributes["SCALE"] = one_triangle.accessor([[1, 1, 1]])
    with pytest.raises(ModelError, match=r"accessors of \[1, 2\] elements"):
        read_glb(one_triangle.pack())


def test_a_few_bytes_cannot_place_millions_of_vertices(one_triangle: Any) -> None:
    count = 5_000_000
    one_triangle.json["accessors"].append({"componentType": 5126, "type": "VEC3", "count": count})
    instancing = {"attributes": {"TRANSLATION": len(one_triangle.json["accessors"]) - 1}}
    one_triangle.json["nodes"] = [{"mesh": 0, "extensions": {"EXT_mesh_gpu_instancing": instancing}}]
    with pytest.raises(ModelError, match=r"15,000,000, the limit is 8,000,000 \(limits.vertices"):
        read_glb(one_triangle.pack())
