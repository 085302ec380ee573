from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vitrine.errors import ModelError
from vitrine.gltf import read_glb

TRIANGLE = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]


def test_a_draco_primitive_is_decoded(glb: Any, corners: Any) -> None:
    dracopy = pytest.importorskip("DracoPy")
    data = dracopy.encode(
        np.array(TRIANGLE, np.float32), faces=np.array([[0, 1, 2]], np.uint32), quantization_bits=14
    )
    ids = {a["unique_id"]: a for a in dracopy.decode(data).attributes}
    view = glb.view(data)
    glb.json["accessors"] = [
        {"componentType": 5126, "count": 3, "type": "VEC3"},
        {"componentType": 5125, "count": 3, "type": "SCALAR"},
    ]
    extension = {"bufferView": view, "attributes": {"POSITION": next(iter(ids))}}
    glb.mesh(
        {
            "attributes": {"POSITION": 0},
            "indices": 1,
            "extensions": {"KHR_draco_mesh_compression": extension},
        }
    )
    name = ["KHR_draco_mesh_compression"]
    got = read_glb(glb.pack(extensionsUsed=name, extensionsRequired=name))
    points = np.array(corners(got)[0])
    assert np.allclose(sorted(points.tolist()), sorted(TRIANGLE), atol=1e-3)
    glb.body[0:8] = b"nonsense"
    with pytest.raises(ModelError, match="cannot be decoded"):
        read_glb(glb.pack(extensionsUsed=name, extensionsRequired=name))


def test_attributes_under_the_wrong_id_are_found_by_their_kind(glb: Any) -> None:
    """Writers count attributes as they stand in the primitive; Draco numbers them in its own order."""
    dracopy = pytest.importorskip("DracoPy")
    red = np.array([[255, 0, 0], [255, 0, 0], [255, 0, 0]], np.uint8)
    data = dracopy.encode(np.array(TRIANGLE, np.float32), faces=np.array([[0, 1, 2]], np.uint32), colors=red)
    ids = {a["attribute_type"]: a["unique_id"] for a in dracopy.decode(data).attributes}
    extension = {
        "bufferView": glb.view(data),
        "attributes": {"POSITION": ids[2], "COLOR_0": ids[0]},
    }
    glb.json["accessors"] = [
        {"componentType": 5126, "count": 3, "type": "VEC3"},
        {"componentType": 5121, "count": 3, "type": "VEC3", "normalized": True},
        {"componentType": 5125, "count": 3, "type": "SCALAR"},
        {"componentType": 5126, "count": 3, "type": "VEC2"},
    ]
    attributes = {"POSITION": 0, "COLOR_0": 1, "TEXCOORD_0": 3}
    name = "KHR_draco_mesh_compression"
    glb.mesh({"attributes": attributes, "indices": 2, "extensions": {name: extension}})
    model = read_glb(glb.pack(extensionsUsed=[name], extensionsRequired=[name]))
    (mesh,) = model.meshes
    assert np.allclose(mesh.positions.max(axis=0), (1, 1, 0), atol=1e-3)
    assert mesh.colors is not None
    assert mesh.colors.tolist() == [[1, 0, 0, 1]] * 3
    assert {f.code for f in model.findings} == {"FILE_REPAIRED"}
    assert any("lacks TEXCOORD_0" in f.message for f in model.findings)
