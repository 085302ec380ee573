"""Values that meshopt encodes are checked as plain ones are."""

from __future__ import annotations

import numpy as np

from vitrine.gltf import Mesh, Model, read_glb, validate
from vitrine.gltf.container import read_container, write_container
from vitrine.gltf.decoded_issues import decoded_issues
from vitrine.gltf.writer.quantization import QuantizationBits
from vitrine.gltf.writer.write_web_glb import write_web_glb

TRIANGLE = Mesh(
    np.eye(3, dtype=np.float32),
    np.array([[0, 1, 2]], np.uint32),
    normals=np.tile(np.array([0, 0, 1], np.float32), (3, 1)),
)


def encoded() -> bytes:
    return write_web_glb(Model((TRIANGLE,)), QuantizationBits(14, 8, 12))


def test_what_is_written_has_no_issue_once_it_is_decoded() -> None:
    data = encoded()
    assert "EXT_meshopt_compression" in read_container(data).document["extensionsUsed"]
    assert decoded_issues(data) == ()


def test_bounds_are_those_of_the_decoded_values() -> None:
    container = read_container(encoded())
    positions = container.document["meshes"][0]["primitives"][0]["attributes"]["POSITION"]
    container.document["accessors"][positions]["max"][1] += 1
    data = write_container(container.document, bytes(container.binary))
    assert validate(data).valid
    assert read_glb(data).triangle_count == 1
    (issue,) = decoded_issues(data)
    assert (issue.code, issue.pointer) == ("ACCESSOR_MAX_MISMATCH", f"/accessors/{positions}/max/1")


def test_files_that_cannot_be_decoded_have_none() -> None:
    container = read_container(encoded())
    view = next(view for view in container.document["bufferViews"] if "extensions" in view)
    view["extensions"]["EXT_meshopt_compression"]["mode"] = "NONE"
    assert decoded_issues(write_container(container.document, bytes(container.binary))) == ()
    assert decoded_issues(b"") == ()
    assert decoded_issues(write_container({"asset": {"version": "2.0"}, "bufferViews": [5]}, b"")) == ()
