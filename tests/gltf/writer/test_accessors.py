from __future__ import annotations

import numpy as np
import pytest

from vitrine.errors import ModelError
from vitrine.gltf import Mesh, Model, read_glb, write_glb
from vitrine.gltf.container import read_container
from vitrine.gltf.writer.accessors import accessor_of
from vitrine.gltf.writer.quantization import QuantizationBits
from vitrine.gltf.writer.write_web_glb import write_web_glb

BITS = QuantizationBits(position=14, normal=8, uv=12)


def test_bounds_are_those_of_the_values() -> None:
    accessor = accessor_of(np.array([[0, 5, 2], [1, -1, 2]], np.float32), 7, bounds=True)
    assert (accessor.min, accessor.max) == ([0, -1, 2], [1, 5, 2])
    assert (accessor.bufferView, accessor.componentType, accessor.count, accessor.type) == (
        7,
        5126,
        2,
        "VEC3",
    )


def test_bounds_of_values_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ModelError, match="not all finite"):
        accessor_of(np.array([[0, np.nan, 2]], np.float32), 0, bounds=True)


@pytest.mark.parametrize(("vertices", "component"), [(65535, 5123), (65536, 5125)])
def test_indices_have_16_bits_while_none_is_65535(vertices: int, component: int) -> None:
    points = np.random.default_rng(0).random((vertices, 3), np.float32)
    triangles = np.arange(vertices - vertices % 3, dtype=np.uint32).reshape(-1, 3)
    triangles[-1, -1] = vertices - 1
    model = Model((Mesh(points, triangles),))
    for data in (write_glb(model), write_web_glb(model, BITS)):
        document = read_container(data).document
        index = document["meshes"][0]["primitives"][0]["indices"]
        assert document["accessors"][index]["componentType"] == component
        got = read_glb(data).meshes[0]
        assert int(got.triangles.max()) == vertices - 1
