from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vitrine.geometry.topology import Topology
from vitrine.gltf import Material, Mesh, Model
from vitrine.repair.sheets import sheet_findings

SHEET = Mesh(
    np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32),
    np.array([[0, 1, 2], [0, 2, 3]], np.uint32),
)


def topology(material: Material, *meshes: Mesh) -> Topology:
    return Topology.of(Model(meshes, (material, Material())))


def test_a_single_sided_sheet_is_reported_by_its_material() -> None:
    (found,) = sheet_findings(topology(Material(name="cloth"), SHEET))
    assert found.code == "SHEET_ONE_SIDED"
    assert "cloth" in found.message
    assert found.measured == pytest.approx(1)


def test_what_is_closed_or_double_sided_is_not(make_sphere) -> None:
    assert sheet_findings(topology(Material(), make_sphere(8))) == []
    assert sheet_findings(topology(Material(double_sided=True), SHEET)) == []


def test_two_materials_that_close_a_surface_together_are_none(make_sphere) -> None:
    ball = make_sphere(8)
    half = len(ball.triangles) // 2
    front = replace(ball, triangles=ball.triangles[:half])
    back = replace(ball, triangles=ball.triangles[half:], material=1)
    assert sheet_findings(topology(Material(), front, back)) == []
