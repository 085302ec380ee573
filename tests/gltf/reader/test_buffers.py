from __future__ import annotations

import base64
from typing import Any

from vitrine.gltf import read_glb

TRIANGLE = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]


def test_a_data_uri_is_read(glb: Any, corners: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE))
    body = base64.b64encode(bytes(glb.body)).decode()
    uri = f"data:application/octet-stream;base64,{body}"
    data = glb.pack(buffers=[{"byteLength": len(glb.body), "uri": uri}])
    assert corners(read_glb(data)) == [TRIANGLE]
