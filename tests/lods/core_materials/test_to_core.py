from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fixtures.feature_models import feature_glbs
from vitrine.gltf import Model, read_glb
from vitrine.gltf.container import read_container
from vitrine.lods.build_ar import build_ar_of
from vitrine.lods.build_lods import build_lods_of
from vitrine.lods.core_materials.to_core import to_core_materials
from vitrine.recipe import ArOptions, Level, RepairOptions, WebOptions
from vitrine.repair.repair_model import repair

CODES = {
    "unlit": "UNLIT_BAKED",
    "transmission": "TRANSMISSION_BAKED",
    "volume": "TRANSMISSION_BAKED",
    "diffuse-transmission": "DIFFUSE_TRANSMISSION_BAKED",
    "clearcoat": "CLEARCOAT_BAKED",
    "emissive-strength": "EMISSIVE_BAKED",
    "sheen": "SHEEN_BAKED",
    "ior": "SPECULAR_BAKED",
    "specular": "SPECULAR_BAKED",
    "iridescence": "MATERIAL_EXTENSION_DROPPED",
    "anisotropy": "MATERIAL_EXTENSION_DROPPED",
    "specular-glossiness": "MATERIAL_CONVERTED",
    "vertex-colors-unlit": "UNLIT_BAKED",
}
"""The finding of each feature, by the start of its name; others are core glTF."""


def code_of(name: str) -> tuple[str, ...]:
    longest = max((start for start in CODES if name.startswith(start)), key=len, default=None)
    return () if longest is None else (CODES[longest],)


def side_by_side(models: list[Model]) -> Model:
    """One model of all meshes and materials, in a row."""
    meshes = [
        replace(mesh, material=number, positions=mesh.positions + np.float32((3 * number, 0, 0)))
        for number, model in enumerate(models)
        for mesh in model.meshes
    ]
    return Model(tuple(meshes), tuple(model.materials[0] for model in models))


@pytest.fixture(scope="module")
def glbs() -> dict[str, bytes]:
    return feature_glbs(12)


def test_every_change_has_a_finding_and_no_extension_is_left(glbs: dict[str, bytes]) -> None:
    for name, glb in glbs.items():
        model, findings = to_core_materials(read_glb(glb))
        assert tuple(found.code for found in findings) == code_of(name), name
        assert not any(material.extensions or material.extension_textures for material in model.materials)


@pytest.mark.parametrize(
    ("extension", "settings"),
    [
        ("transmission", {"transmissionFactor": 0}),
        ("clearcoat", {}),
        ("sheen", {"sheenRoughnessFactor": 0.5}),
        ("ior", {"ior": 1.5}),
        ("specular", {"specularFactor": 1.0}),
        ("emissive_strength", {"emissiveStrength": 5.0}),
        ("iridescence", {"iridescenceIor": 1.3}),
        ("anisotropy", {"anisotropyRotation": 1.0}),
        ("volume", {"thicknessFactor": 1.0}),
    ],
)
def test_what_changes_nothing_is_not_reported(
    glbs: dict[str, bytes], extension: str, settings: dict[str, Any]
) -> None:
    plain = read_glb(glbs["metal"])
    (material,) = plain.materials
    extended = replace(material, extensions={f"KHR_materials_{extension}": settings})
    model, findings = to_core_materials(replace(plain, materials=(extended,)))
    assert findings == ()
    assert model.materials == (material,)


def test_khronos_finds_nothing_in_any_file(
    glbs: dict[str, bytes], khronos_validate: Callable[[Iterable[Path]], list[dict[str, Any]]], tmp_path: Path
) -> None:
    model, _ = repair(side_by_side([read_glb(glb) for glb in glbs.values()]), RepairOptions(), None)
    ar = build_ar_of(model, ArOptions(), jobs=1).data
    assert "extensionsUsed" not in read_container(ar).document
    (web,) = build_lods_of(model, (Level(triangles=9000, texture_px=32),), WebOptions(), jobs=1)
    (tmp_path / "ar.glb").write_bytes(ar)
    (tmp_path / "web.glb").write_bytes(web.data)
    for verdict in khronos_validate(sorted(tmp_path.glob("*.glb"))):
        assert (verdict["errors"], verdict["warnings"]) == (0, 0), (verdict["path"], verdict["messages"])
