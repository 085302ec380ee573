from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vitrine.geometry.topology import Topology
from vitrine.gltf import Material, Mesh, Model, read_glb
from vitrine.recipe import RepairOptions
from vitrine.render.metrics.viewpoints import twelve_viewpoints
from vitrine.render.quality import RenderQuality
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene
from vitrine.repair.hidden_parts import remove_hidden_parts, sphere_directions
from vitrine.repair.repair_model import repair
from vitrine.repair.small_parts import remove_small_parts
from vitrine.repair.winding import unify_winding

Make = Callable[..., Mesh]


def test_a_ball_inside_a_ball_is_hidden(make_sphere: Make) -> None:
    outer, inner, beside = make_sphere(24), make_sphere(16, radius=0.9), make_sphere(8, center=(3, 0, 0))
    left, parts, triangles = remove_hidden_parts(Topology.of(Model((outer, inner, beside))))
    assert (parts, triangles) == (1, len(inner.triangles))
    assert [len(mesh.triangles) for mesh in left.model.meshes] == [
        len(outer.triangles),
        len(beside.triangles),
    ]


def test_a_part_visible_through_a_hole_stays(make_sphere: Make) -> None:
    outer, inner = make_sphere(24), make_sphere(16, radius=0.5)
    near = np.abs(outer.positions[outer.triangles].mean(axis=1) - (0, 0, 1)).max(axis=1) < 0.08
    assert 0 < near.sum() < 20
    pierced = replace(outer, triangles=outer.triangles[~near])
    left, parts, _ = remove_hidden_parts(Topology.of(Model((pierced, inner))))
    assert parts == 0
    assert left.model.triangle_count == len(pierced.triangles) + len(inner.triangles)


BLEND = Material(base_color_factor=(1, 1, 1, 0.3), alpha_mode="BLEND", double_sided=True)
GLASS = Material(extensions={"KHR_materials_transmission": {"transmissionFactor": 1.0}}, double_sided=True)
CUT_OUT = Material(alpha_mode="MASK", double_sided=True)


@pytest.mark.parametrize("shell", [BLEND, GLASS, CUT_OUT])
def test_what_is_inside_glass_stays(make_sphere: Make, shell: Material) -> None:
    outer, inner = make_sphere(24), replace(make_sphere(16, radius=0.5), material=1)
    model = Model((outer, inner), (shell, Material(double_sided=True)))
    assert remove_hidden_parts(Topology.of(model))[1:] == (0, 0)
    opaque = replace(model, materials=(Material(double_sided=True), model.materials[1]))
    assert remove_hidden_parts(Topology.of(opaque))[1:] == (1, len(inner.triangles))


def test_single_sided_shells_that_face_inward_hide_nothing(make_sphere: Make) -> None:
    outer, inner = make_sphere(24), make_sphere(16, radius=0.5)
    hull = replace(outer, triangles=outer.triangles[:, ::-1].copy())
    assert remove_hidden_parts(Topology.of(Model((hull, inner))))[1] == 0
    both_sides = Model((hull, inner), (Material(double_sided=True),))
    assert remove_hidden_parts(Topology.of(both_sides))[1] == 1
    # Inside another one, such a hull is seen from nowhere.
    nested = Model((make_sphere(24, radius=2), hull, inner))
    assert remove_hidden_parts(Topology.of(nested))[1] == 2


def test_repair_keeps_a_hull_that_faces_inward_around_a_product(make_sphere: Make) -> None:
    outer, inner = make_sphere(24), make_sphere(16, radius=0.5)
    normals = None if outer.normals is None else -outer.normals
    hull = replace(outer, triangles=outer.triangles[:, ::-1].copy(), normals=normals)
    repaired, report = repair(Model((hull, inner)), RepairOptions(), None)
    assert repaired.triangle_count == len(hull.triangles) + len(inner.triangles)
    assert "WINDING_UNIFIED" not in {finding.code for finding in report.findings}


def test_a_single_part_is_never_hidden(make_sphere: Make) -> None:
    topology = Topology.of(Model((make_sphere(8),)))
    assert remove_hidden_parts(topology) == (topology, 0, 0)


def test_directions_cover_the_sphere() -> None:
    rays = sphere_directions(200)
    assert np.abs(np.linalg.norm(rays, axis=1) - 1).max() < 1e-12
    assert np.abs(rays.mean(axis=0)).max() < 0.01
    assert (rays @ sphere_directions(50).T).max(axis=0).min() > np.cos(np.radians(12))


def test_the_chairs_inner_wall_goes_and_nothing_visible_does(shared_models: Path) -> None:
    raw = read_glb((shared_models / "chair_500k_shell_debris.glb").read_bytes())
    model = replace(raw, meshes=tuple(unify_winding(mesh)[0] for mesh in raw.meshes))
    topology = Topology.of(model)
    hollow, parts, triangles = remove_hidden_parts(topology)
    assert (parts, triangles) == (5, 67_264)
    # The small parts are visible; without them, both must be rendered alike.
    before = remove_small_parts(topology, RepairOptions())[0].model
    after = remove_small_parts(hollow, RepairOptions())[0].model
    assert after.triangle_count == 432_224
    scenes = Scene(before), Scene(after)
    for camera in twelve_viewpoints(*after.bounds):
        a, b = (render_image(scene, camera, 192, RenderQuality(antialias=False)) for scene in scenes)
        assert (a.mask == b.mask).all()
        assert (a.rgba == b.rgba).mean() > 0.9999
