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
