from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from vitrine.geometry.topology import Topology
from vitrine.gltf import Mesh, Model, read_glb
from vitrine.recipe import RepairOptions
from vitrine.repair.small_parts import remove_small_parts

Make = Callable[..., Mesh]


def joined(*meshes: Mesh) -> Mesh:
    starts = np.cumsum([0] + [len(mesh.positions) for mesh in meshes])
    return Mesh(
        np.concatenate([mesh.positions for mesh in meshes]),
        np.concatenate([mesh.triangles + np.uint32(s) for mesh, s in zip(meshes, starts, strict=False)]),
    )


def test_a_part_small_in_size_and_in_triangles_goes(make_sphere: Make) -> None:
    crumb = make_sphere(3, radius=0.01, center=(1.2, 0, 0))
    model = Model((joined(make_sphere(32), crumb, crumb),))
    cleaned, count = remove_small_parts(Topology.of(model), RepairOptions())
    assert count == 1  # both crumbs have the same positions, so they are one part
    assert cleaned.model.triangle_count == len(make_sphere(32).triangles)
    assert cleaned.model.bounds[1].max() == 1


def test_a_large_part_of_few_triangles_stays(make_sphere: Make) -> None:
    leg = make_sphere(3, radius=0.3, center=(2, 0, 0))
    _, count = remove_small_parts(Topology.of(Model((joined(make_sphere(32), leg),))), RepairOptions())
    assert count == 0


def test_a_small_part_of_many_triangles_stays(make_sphere: Make) -> None:
    jewel = make_sphere(24, radius=0.01, center=(2, 0, 0))
    _, count = remove_small_parts(Topology.of(Model((joined(make_sphere(24), jewel),))), RepairOptions())
    assert count == 0


def test_small_parts_of_every_primitive_go_and_empty_primitives_with_them(make_sphere: Make) -> None:
    crumb = make_sphere(3, radius=0.01, center=(1.2, 0, 0))
    cleaned, count = remove_small_parts(Topology.of(Model((make_sphere(32), crumb))), RepairOptions())
    assert count == 1
    assert len(cleaned.model.meshes) == 1


def test_the_small_parts_around_a_generated_chair(shared_models: Path) -> None:
    model = read_glb((shared_models / "chair_500k_shell_debris.glb").read_bytes())
    cleaned, count = remove_small_parts(Topology.of(model), RepairOptions())
    # Forty of 1,280 triangles, and two of 256 inside the chair.
    assert count == 42
    assert model.triangle_count - cleaned.model.triangle_count == 40 * 1280 + 2 * 256


def test_debris_of_few_triangles_goes_where_it_floats_and_stays_where_it_touches(make_sphere: Make) -> None:
    tetrahedron = Mesh(
        np.array([[0, 0, 0], [0.04, 0, 0], [0, 0.04, 0], [0, 0, 0.04]], np.float32),
        np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]], np.uint32),
    )
    limit = RepairOptions().small_part_extent * 2 * 3**0.5
    assert limit < 0.04 * 3**0.5 < 2 * limit
    for at, removed in ((1.2, 1), (1.005, 0)):
        debris = Mesh(
            (tetrahedron.positions + np.array([at, 0, 0])).astype(np.float32), tetrahedron.triangles
        )
        model = Model((joined(make_sphere(64), debris),))
        assert remove_small_parts(Topology.of(model), RepairOptions())[1] == removed
