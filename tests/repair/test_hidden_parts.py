from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from vitrine.gltf import Mesh, Model, read_glb
from vitrine.recipe import RepairOptions
from vitrine.render.metrics.viewpoints import twelve_viewpoints
from vitrine.render.quality import RenderQuality
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene
from vitrine.repair.hidden_parts import remove_hidden_parts, sphere_directions
from vitrine.repair.small_parts import remove_small_parts

Make = Callable[..., Mesh]


def test_a_ball_in_a_ball_goes(make_sphere: Make) -> None:
    outer, inner, beside = make_sphere(24), make_sphere(16, radius=0.9), make_sphere(8, center=(3, 0, 0))
    model, parts, triangles = remove_hidden_parts(Model((outer, inner, beside)))
    assert (parts, triangles) == (1, len(inner.triangles))
    assert [len(mesh.triangles) for mesh in model.meshes] == [len(outer.triangles), len(beside.triangles)]


def test_what_shows_through_a_hole_stays(make_sphere: Make) -> None:
    outer, inner = make_sphere(24), make_sphere(16, radius=0.5)
    near = np.abs(outer.positions[outer.triangles].mean(axis=1) - (0, 0, 1)).max(axis=1) < 0.08
    assert 0 < near.sum() < 20
    pierced = replace(outer, triangles=outer.triangles[~near])
    model, parts, _ = remove_hidden_parts(Model((pierced, inner)))
    assert parts == 0
    assert model.triangle_count == len(pierced.triangles) + len(inner.triangles)


def test_one_part_is_never_looked_at(make_sphere: Make) -> None:
    model = Model((make_sphere(8),))
    assert remove_hidden_parts(model) == (model, 0, 0)


def test_directions_cover_the_sphere() -> None:
    rays = sphere_directions(200)
    assert np.abs(np.linalg.norm(rays, axis=1) - 1).max() < 1e-12
    assert np.abs(rays.mean(axis=0)).max() < 0.01
    assert (rays @ sphere_directions(50).T).max(axis=0).min() > np.cos(np.radians(12))


def test_the_chairs_hull_and_specks_go_and_nothing_visible_does(shared_models: Path) -> None:
    model = read_glb((shared_models / "chair_500k_shell_debris.glb").read_bytes())
    hollow, parts, triangles = remove_hidden_parts(model)
    assert (parts, triangles) == (5, 67_264)
    # The specks do show; taken out of both, the pictures must be the same.
    before, _ = remove_small_parts(model, RepairOptions())
    after, _ = remove_small_parts(hollow, RepairOptions())
    assert after.triangle_count == 432_224
    scenes = Scene(before), Scene(after)
    for camera in twelve_viewpoints(*after.bounds):
        a, b = (render_image(scene, camera, 192, RenderQuality(antialias=False)) for scene in scenes)
        assert (a.mask == b.mask).all()
        assert (a.rgba == b.rgba).mean() > 0.9999
