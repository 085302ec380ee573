from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from vitrine.gltf import Material, Mesh, Model
from vitrine.lods.rebake.source import RebakeSource

Make = Callable[..., Mesh]


def test_materials_that_differ_in_factors_alone_are_one_group(make_sphere: Make) -> None:
    red, green = Material(base_color_factor=(1, 0, 0, 1)), Material(base_color_factor=(0, 1, 0, 1))
    glass = Material(alpha_mode="BLEND")
    balls = (make_sphere(4, center=(3.0 * n, 0, 0)) for n in range(3))
    meshes = tuple(replace(ball, material=number) for number, ball in enumerate(balls))
    source = RebakeSource(Model(meshes, (red, green, glass)))
    assert source.groups == (0, 0, 1)
    assert source.materials(0) == (red, green)
    assert source.materials(1) == (glass,)
    assert [len(scene.triangles) for scene in source.scenes] == [96, 48]
    assert len(source.mesh.triangles) == 144


def test_one_group_is_compared_by_the_scene_it_is_baked_from(make_sphere: Make) -> None:
    source = RebakeSource(Model((make_sphere(4),)))
    assert source.reference.scene is source.scenes[0]
    assert source.scale == 2
