"""What other programs write: polygons, +Z up, centimetres, transforms."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.errors import ModelError
from vitrine.usdz.package import pack_files
from vitrine.usdz.read_usdz import read_usdz

QUAD = b"""#usda 1.0
(
    defaultPrim = "root"
    upAxis = "Z"
    metersPerUnit = 0.01
)
def Xform "root"
{
    double3 xformOp:translate = (0, 0, 100)
    uniform token[] xformOpOrder = ["xformOp:translate"]
    def Mesh "quad"
    {
        int[] faceVertexCounts = [4, 3]
        int[] faceVertexIndices = [0, 1, 2, 3, 0, 2, 4]
        point3f[] points = [(0, 0, 0), (100, 0, 0), (100, 200, 0), (0, 200, 0), (0, 0, 300)]
    }
}
"""


def test_polygons_become_triangles_in_metres_with_y_up() -> None:
    model = read_usdz(pack_files({"model.usda": QUAD}))
    (mesh,) = model.meshes
    assert mesh.triangles.tolist() == [[0, 1, 2], [0, 2, 3], [0, 2, 4]]
    low, high = model.bounds
    assert np.allclose(low, (0, 1, -2))
    assert np.allclose(high, (1, 4, 0))


def test_a_stage_without_a_mesh_is_refused() -> None:
    with pytest.raises(ModelError, match="no mesh"):
        read_usdz(pack_files({"model.usda": b'#usda 1.0\ndef Xform "root" {}\n'}))
    with pytest.raises(ModelError, match="no faces"):
        read_usdz(pack_files({"model.usda": b'#usda 1.0\ndef Mesh "root" {}\n'}))
