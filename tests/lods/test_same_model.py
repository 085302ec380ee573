from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vitrine.gltf import Model
from vitrine.lods.same_model import TOLERANCE, is_same_model


def _changed(model: Model, **changes: object) -> Model:
    (mesh,) = model.meshes
    return replace(model, meshes=(replace(mesh, **changes),))


def test_names_and_rounding_do_not_count(globe: Model) -> None:
    (mesh,) = globe.meshes
    assert mesh.uvs is not None
    materials = tuple(replace(material, name="renamed") for material in globe.materials)
    rounded = _changed(replace(globe, materials=materials), uvs=mesh.uvs + np.float32(TOLERANCE / 10))
    assert is_same_model(globe, rounded)


@pytest.mark.parametrize("what", ["positions", "triangles", "normals", "material", "meshes"])
def test_what_is_seen_counts(globe: Model, what: str) -> None:
    (mesh,) = globe.meshes
    other = {
        "positions": lambda: _changed(globe, positions=mesh.positions * np.float32(1.001)),
        "triangles": lambda: _changed(globe, triangles=mesh.triangles[:, ::-1]),
        "normals": lambda: _changed(globe, normals=None),
        "material": lambda: replace(
            globe, materials=tuple(replace(each, roughness_factor=0.123) for each in globe.materials)
        ),
        "meshes": lambda: replace(globe, meshes=(mesh, mesh)),
    }[what]()
    assert not is_same_model(globe, other)
