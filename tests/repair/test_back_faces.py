from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from vitrine.geometry.weld import weld_positions
from vitrine.gltf import Material, Mesh, Model
from vitrine.recipe import RepairOptions
from vitrine.repair.back_faces import remove_back_faces
from vitrine.repair.repair_model import repair

Make = Callable[..., Mesh]


@pytest.fixture
def both_sides(make_sphere: Make) -> Mesh:
    """A globe whose triangles are there a second time, seen from within."""
    ball = make_sphere(12)
    order = np.random.default_rng(1).permutation(2 * len(ball.triangles))
    return replace(ball, triangles=np.concatenate([ball.triangles[:, ::-1], ball.triangles])[order])


def test_the_copy_that_the_normals_agree_with_stays(both_sides: Mesh, make_sphere: Make) -> None:
    mesh, count = remove_back_faces(both_sides, weld_positions(both_sides.positions))
    ball = make_sphere(12)
    assert count == len(ball.triangles)
    assert {tuple(t) for t in mesh.triangles.tolist()} == {tuple(t) for t in ball.triangles.tolist()}


def test_a_mesh_with_few_twins_stays_as_it_is(make_sphere: Make) -> None:
    ball = make_sphere(12)
    sheet = replace(ball, triangles=np.concatenate([ball.triangles, ball.triangles[:40, ::-1]]))
    mesh, count = remove_back_faces(sheet, weld_positions(sheet.positions))
    assert mesh is sheet
    assert count == 0


def test_the_material_becomes_double_sided(both_sides: Mesh) -> None:
    model, report = repair(Model((both_sides,), (Material(),)), RepairOptions(), None)
    assert model.materials[0].double_sided
    assert "BACK_FACES_REMOVED" in [f.code for f in report.findings]
