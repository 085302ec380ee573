from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vitrine.gltf import read_glb

NAN = float("nan")


def fan(count: int) -> tuple[list[list[float]], list[int]]:
    """A disc of `count` triangles around vertex 0."""
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    rim = [[float(np.cos(a)), float(np.sin(a)), 0.0] for a in angles]
    indices = [i for n in range(count) for i in (0, n + 1, (n + 1) % count + 1)]
    return [[0.0, 0.0, 0.0], *rim], indices


def test_triangles_at_a_vertex_that_is_nowhere_are_dropped(glb: Any) -> None:
    positions, indices = fan(400)
    positions[7][1] = NAN
    glb.mesh(glb.primitive(positions, indices))
    model = read_glb(glb.pack())
    assert model.triangle_count == 398
    assert np.isfinite(model.meshes[0].positions).all()
    (found,) = model.findings
    assert found.code == "VALUES_REPAIRED"
    assert "1 of 401 elements" in found.message
    assert "2 triangles" in found.message


def test_a_vertex_that_nothing_uses_may_be_anywhere(glb: Any) -> None:
    positions, indices = fan(400)
    glb.mesh(glb.primitive([*positions, [NAN, 0, 0]], indices))
    model = read_glb(glb.pack())
    assert model.triangle_count == 400
    assert np.allclose(model.bounds, [[-1, -1, 0], [1, 1, 0]])


@pytest.mark.parametrize("bad", [NAN, float("inf"), 1e30])
def test_an_attribute_gets_the_mean_around(glb: Any, bad: float) -> None:
    positions, indices = fan(4)
    uvs = [[9.0, bad], [0, 0], [1, 0], [1, 1], [0, 1]]
    glb.mesh(glb.primitive(positions, indices, TEXCOORD_0=glb.accessor(uvs)))
    model = read_glb(glb.pack())
    uv = model.meshes[0].uvs
    assert uv is not None
    assert uv.tolist() == [[0.5, 0.5], *uvs[1:]]
    assert [f.code for f in model.findings] == ["VALUES_REPAIRED"]
