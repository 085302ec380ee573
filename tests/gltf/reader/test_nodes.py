from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.fixtures.meshes import sphere
from vitrine.gltf import Material, Model, read_glb
from vitrine.gltf.container import Container
from vitrine.gltf.reader.buffers import ReaderContext
from vitrine.gltf.reader.nodes import near_origin
from vitrine.gltf.writer.quantization import QuantizationBits
from vitrine.gltf.writer.write_web_glb import write_web_glb

TRIANGLE = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]
UPSIDE_DOWN = [0.0, 0.0, 1.0, 0.0]  # half a turn about z, as xyzw


def test_world_matrices_are_products_from_the_root(glb: Any, corners: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2]))
    glb.json["nodes"] = [
        {"children": [1], "translation": [10, 0, 0]},
        {"children": [2], "rotation": UPSIDE_DOWN},
        {"mesh": 0, "scale": [2, 2, 2]},
    ]
    assert corners(read_glb(glb.pack())) == [[[10, 0, 0], [8, 0, 0], [10, -2, 0]]]


def test_a_matrix_is_in_column_major_order(glb: Any, corners: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2]))
    glb.json["nodes"] = [{"mesh": 0, "matrix": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 6, 7, 1]}]
    assert corners(read_glb(glb.pack()))[0][0] == [5, 6, 7]


def test_a_mesh_of_two_nodes_is_two_meshes(glb: Any, corners: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2]))
    glb.json["nodes"] = [{"mesh": 0}, {"mesh": 0, "translation": [0, 0, 1]}]
    glb.json["scenes"] = [{"nodes": [0, 1]}]
    model = read_glb(glb.pack())
    assert [corners(model, n)[0][0][2] for n in range(2)] == [0, 1]


def test_hidden_nodes_and_those_below_them_are_left_out(one_triangle: Any) -> None:
    hide = {"extensions": {"KHR_node_visibility": {"visible": False}}}
    one_triangle.json |= {
        "nodes": [{"mesh": 0}, {"mesh": 0, "name": "collider", "children": [2], **hide}, {"mesh": 0}],
        "scenes": [{"nodes": [0, 1]}],
        "extensionsUsed": ["KHR_node_visibility"],
    }
    model = read_glb(one_triangle.pack())
    assert model.triangle_count == 1
    assert [f.code for f in model.findings] == ["NODE_LEFT_OUT", "NODE_LEFT_OUT"]
    assert "collider" in model.findings[0].message


def test_nodes_far_from_the_origin_keep_the_shape_exact(one_triangle: Any) -> None:
    one_triangle.json["nodes"] = [{"mesh": 0, "translation": [1e7, 0.1, -1e7], "scale": [1e-3, 1e-3, 1e-3]}]
    model = read_glb(one_triangle.pack())
    assert np.allclose(model.meshes[0].positions, np.array(TRIANGLE) * 1e-3, atol=1e-9)
    (found,) = model.findings
    assert found.code == "MODEL_MOVED"
    assert "14,142,136 m" in found.message


@pytest.mark.parametrize(
    "box",
    [
        {"min": [0, 0, 0], "max": [1, 1, 1]},
        {"min": [0, 0, 0], "max": [255, 255, 255], "normalized": True, "componentType": 5121},
    ],
)
def test_a_node_at_the_corner_of_a_large_model_is_not_far(one_triangle: Any, box: dict[str, Any]) -> None:
    one_triangle.json["accessors"][0] |= box
    context = ReaderContext(Container(one_triangle.json, memoryview(b"")))
    world = np.diag([200.0, 300.0, 200.0, 1.0])
    world[:3, 3] = (-100, 0, -100)
    assert near_origin(context, {0: world})[0] is world
    small = world * np.array([1e-3, 1e-3, 1e-3, 1])
    assert near_origin(context, {0: small})[0][:3, 3].tolist() == [0, 0, 0]


def test_levels_of_a_large_model_stay_where_they_are() -> None:
    model = Model((sphere(24, radius=150.0),), (Material(),))
    read = read_glb(write_web_glb(model, QuantizationBits(14, 8, 12)))
    assert np.allclose(read.bounds, model.bounds, atol=0.1)


def test_without_a_default_the_first_scene_with_nodes_is_read(one_triangle: Any, corners: Any) -> None:
    del one_triangle.json["scene"]
    one_triangle.json["scenes"] = [{"name": "empty"}, {"nodes": [0]}]
    assert corners(read_glb(one_triangle.pack())) == [TRIANGLE]
