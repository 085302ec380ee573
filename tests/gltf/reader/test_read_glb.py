"""Every way a file can say the same triangle, and what must be refused by name."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vitrine.errors import ModelError
from vitrine.gltf import Model, read_glb

TRIANGLE = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]
UPSIDE_DOWN = [0.0, 0.0, 1.0, 0.0]  # half a turn about z, as xyzw


def corners(model: Model, mesh: int = 0) -> list[list[list[float]]]:
    got = model.meshes[mesh]
    return got.positions[got.triangles].round(5).tolist()


def test_a_plain_triangle(one_triangle: Any) -> None:
    model = read_glb(one_triangle.pack())
    assert corners(model) == [TRIANGLE]
    assert (model.triangle_count, model.vertex_count) == (1, 3)
    assert model.meshes[0].normals is None
    assert not model.meshes[0].positions.flags.writeable  # a view of the file


def test_vertices_without_indices_are_triangles_in_order(glb: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE))
    assert corners(read_glb(glb.pack())) == [TRIANGLE]


def test_strips_and_fans_keep_their_winding(glb: Any) -> None:
    square = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]]
    glb.mesh({**glb.primitive(square, [0, 1, 2, 3]), "mode": 5})
    fan = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]
    glb.mesh({**glb.primitive(fan, [0, 1, 2, 3]), "mode": 6})
    glb.json["nodes"] = [{"mesh": 0}, {"mesh": 1}]
    glb.json["scenes"] = [{"nodes": [0, 1]}]
    model = read_glb(glb.pack())
    for number in range(2):
        points = np.array(corners(model, number))
        assert len(points) == 2
        facing = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])
        assert (facing[:, 2] == 1).all()


def test_node_transforms_are_applied_down_the_tree(glb: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2]))
    glb.json["nodes"] = [
        {"children": [1], "translation": [10, 0, 0]},
        {"children": [2], "rotation": UPSIDE_DOWN},
        {"mesh": 0, "scale": [2, 2, 2]},
    ]
    assert corners(read_glb(glb.pack())) == [[[10, 0, 0], [8, 0, 0], [10, -2, 0]]]


def test_a_matrix_stands_in_columns(glb: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2]))
    glb.json["nodes"] = [{"mesh": 0, "matrix": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 6, 7, 1]}]
    assert corners(read_glb(glb.pack()))[0][0] == [5, 6, 7]


def test_one_mesh_in_two_places_is_two_meshes(glb: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2]))
    glb.json["nodes"] = [{"mesh": 0}, {"mesh": 0, "translation": [0, 0, 1]}]
    glb.json["scenes"] = [{"nodes": [0, 1]}]
    model = read_glb(glb.pack())
    assert [corners(model, n)[0][0][2] for n in range(2)] == [0, 1]


def test_a_mirroring_node_turns_triangles_and_keeps_normals_outside(glb: Any) -> None:
    normal = glb.accessor([[0, 0, 1]] * 3)
    tangent = glb.accessor([[1, 0, 0, 1]] * 3)
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2], NORMAL=normal, TANGENT=tangent))
    glb.json["nodes"] = [{"mesh": 0, "scale": [-1, 1, 1]}]
    mesh = read_glb(glb.pack()).meshes[0]
    a, b, c = mesh.positions[mesh.triangles[0]]
    assert np.cross(b - a, c - a).tolist() == [0, 0, 1]
    assert mesh.normals is not None
    assert mesh.normals[0].tolist() == [0, 0, 1]
    assert mesh.tangents is not None
    assert mesh.tangents[0].tolist() == [-1, 0, 0, -1]


def test_normals_under_uneven_scale_stay_perpendicular(glb: Any) -> None:
    slope = [[0, 0, 0], [0, 0, 1], [1, 1, 0]]  # rises with x
    normal = glb.accessor([[-(0.5**0.5), 0.5**0.5, 0]] * 3)
    glb.mesh(glb.primitive(slope, [0, 1, 2], NORMAL=normal))
    glb.json["nodes"] = [{"mesh": 0, "scale": [3, 1, 1]}]
    mesh = read_glb(glb.pack()).meshes[0]
    assert mesh.normals is not None
    assert mesh.normals[0] @ (mesh.positions[2] - mesh.positions[0]) == pytest.approx(0, abs=1e-6)


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


def test_whole_number_positions(glb: Any) -> None:
    place = glb.accessor([[0, 0, 0], [100, 0, 0], [0, 100, 0]], "u2")
    glb.mesh({"attributes": {"POSITION": place}})
    glb.json["nodes"] = [{"mesh": 0, "scale": [0.01, 0.01, 0.01]}]
    data = glb.pack(extensionsUsed=["KHR_mesh_quantization"], extensionsRequired=["KHR_mesh_quantization"])
    assert corners(read_glb(data)) == [TRIANGLE]


def test_sparse_values_replace_zeros_and_bytes(glb: Any) -> None:
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


def test_a_data_uri_is_read(glb: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE))
    body = base64.b64encode(bytes(glb.body)).decode()
    uri = f"data:application/octet-stream;base64,{body}"
    data = glb.pack(buffers=[{"byteLength": len(glb.body), "uri": uri}])
    assert corners(read_glb(data)) == [TRIANGLE]


def test_morph_targets_take_the_default_weights(glb: Any) -> None:
    primitive = glb.primitive(TRIANGLE, [0, 1, 2])
    primitive["targets"] = [{"POSITION": glb.accessor([[0, 0, 4]] * 3)}]
    glb.mesh(primitive, weights=[0.25])
    assert {corner[2] for corner in corners(read_glb(glb.pack()))[0]} == {1}
    glb.json["nodes"] = [{"mesh": 0, "weights": [0.5]}]
    assert {corner[2] for corner in corners(read_glb(glb.pack()))[0]} == {2}


def test_a_skin_is_taken_in_the_pose_of_its_joints(glb: Any) -> None:
    joints = glb.accessor([[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]], "u1")
    weights = glb.accessor([[1, 0, 0, 0], [1, 0, 0, 0], [0.5, 0.5, 0, 0]])
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2], JOINTS_0=joints, WEIGHTS_0=weights))
    inverse = np.stack([np.eye(4), np.eye(4)])
    inverse[1][3, 0] = -1  # columns: joint 1 was bound at x = 1
    bind = glb.accessor(inverse.reshape(2, 16))
    glb.json |= {
        "nodes": [
            {"mesh": 0, "skin": 0, "translation": [99, 99, 99]},
            {"translation": [0, 0, 0]},
            {"translation": [1, 0, 2]},
        ],
        "scenes": [{"nodes": [0, 1, 2]}],
        "skins": [{"joints": [1, 2], "inverseBindMatrices": bind}],
    }
    assert corners(read_glb(glb.pack())) == [[[0, 0, 0], [1, 0, 2], [0, 1, 1]]]


def test_animation_and_cameras_are_left_out_and_said(one_triangle: Any) -> None:
    one_triangle.json["animations"] = [{"channels": [], "samplers": []}]
    one_triangle.json["cameras"] = [{"type": "perspective"}]
    found = read_glb(one_triangle.pack()).findings
    assert [f.code for f in found] == ["ANIMATION_LEFT_OUT", "CAMERA_LEFT_OUT"]


def test_lines_are_left_out_and_said_but_lines_alone_are_no_model(glb: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2]), {**glb.primitive(TRIANGLE, [0, 1]), "mode": 1})
    model = read_glb(glb.pack())
    assert model.triangle_count == 1
    assert [f.code for f in model.findings] == ["PRIMITIVE_LEFT_OUT"]
    del glb.json["meshes"][0]["primitives"][0]
    with pytest.raises(ModelError, match="no triangle"):
        read_glb(glb.pack())


def test_vertex_colours_multiply_and_white_says_nothing(glb: Any) -> None:
    red = glb.accessor([[255, 0, 0, 255]] * 3, "u1", normalized=True)
    white = glb.accessor([[1, 1, 1]] * 3)
    glb.mesh(
        glb.primitive(TRIANGLE, [0, 1, 2], COLOR_0=red), glb.primitive(TRIANGLE, [0, 1, 2], COLOR_0=white)
    )
    first, second = read_glb(glb.pack()).meshes
    assert first.colors is not None
    assert first.colors.tolist() == [[1, 0, 0, 1]] * 3
    assert second.colors is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"extensionsRequired": ["ACME_hair"]}, "needs ACME_hair, which Vitrine does not read"),
        ({"extensionsUsed": ["EXT_mesh_gpu_instancing"]}, "EXT_mesh_gpu_instancing"),
        ({"scene": 7}, "scenes/7, there are 1"),
        ({"nodes": [{"mesh": 3}]}, "meshes/3, there are 1"),
        ({"nodes": [{"mesh": 0, "children": [0]}]}, "reached twice"),
        ({"nodes": [{"mesh": 0, "rotation": [0, 0, 0, 0]}]}, "rotation is zero"),
        ({"nodes": [{"mesh": 0, "scale": [1, 2]}]}, "not 3 finite numbers"),
        ({"nodes": "none"}, "not a well-formed|refers to"),
        ({"buffers": [{"byteLength": 10**9}]}, "there are"),
        ({"buffers": [{"byteLength": 42, "uri": "chair.bin"}]}, "in another file"),
        ({"accessors": [{"componentType": 9, "type": "VEC3", "count": 1}]}, "unknown type"),
        ({"bufferViews": [{"buffer": 0, "byteLength": -1}]}, "not an integer ≥ 0"),
    ],
)
def test_broken_or_unknown_is_refused_by_name(one_triangle: Any, change: dict[str, Any], says: str) -> None:
    with pytest.raises(ModelError, match=says):
        read_glb(one_triangle.pack(**change))


def test_indices_past_the_end_are_refused(glb: Any) -> None:
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 3]))
    with pytest.raises(ModelError, match="refers to vertex 3 of 3"):
        read_glb(glb.pack())


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_positions_that_are_no_numbers_are_refused(glb: Any, bad: float) -> None:
    glb.mesh(glb.primitive([[0, 0, 0], [1, bad, 0], [0, 1, 0]]))
    with pytest.raises(ModelError, match="not finite at element 1 of 3"):
        read_glb(glb.pack())


def test_an_accessor_without_bytes_cannot_ask_for_all_memory(one_triangle: Any) -> None:
    huge = {"componentType": 5126, "type": "VEC3", "count": 10**12}
    with pytest.raises(ModelError, match="the limit is"):
        read_glb(one_triangle.pack(accessors=[huge, *one_triangle.json["accessors"][1:]]))


def test_draco_is_decoded(glb: Any) -> None:
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


def test_real_models(shared_models: Path) -> None:
    sofa = read_glb((shared_models / "modern_sofa.glb").read_bytes())
    low, high = sofa.bounds
    # Lies on its back in the file; its node stands it up.
    assert (high - low).tolist() == pytest.approx([1.95, 0.727, 0.762], abs=1e-3)
    assert sofa.materials[0].normal is not None
    boots = read_glb((shared_models / "boots_500k.glb").read_bytes())
    assert (boots.triangle_count, boots.vertex_count) == (500_000, 262_010)
    assert boots.materials[0].base_color is not None
    assert boots.materials[0].base_color.media_type == "image/webp"
    assert boots.findings == ()


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
