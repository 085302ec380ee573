from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from vitrine.geometry.join import join, split_triangles
from vitrine.geometry.simplify import simplify
from vitrine.gltf import Material, Mesh, Model
from vitrine.lods.rebake.source import RebakeSource
from vitrine.render.metrics.certificate import Reference
from vitrine.render.scene import Scene

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


def test_a_scene_of_the_same_arrays_is_used_again(make_sphere: Make) -> None:
    model = Model((make_sphere(4),))
    known = Reference(Scene(model))
    source = RebakeSource(model, reference=known)
    assert source.scenes == (known.scene,)
    assert source.reference is known
    ball = make_sphere(4)
    inside_out = replace(model, meshes=(replace(ball, triangles=ball.triangles[:, ::-1]),))
    source = RebakeSource(inside_out, reference=Reference(Scene(inside_out)))
    assert source.scenes[0].model.meshes[0].triangles.tolist() == ball.triangles.tolist()
    other = replace(model, materials=(Material(base_color_factor=(1, 0, 0, 1)),))
    assert RebakeSource(other, reference=known).scenes[0].materials == other.materials


def test_groups_have_scenes_of_their_own_and_are_compared_by_the_known_one(make_sphere: Make) -> None:
    ball = make_sphere(4)
    model = Model((ball, replace(ball, material=1)), (Material(), Material(alpha_mode="BLEND")))
    known = Reference(Scene(model))
    source = RebakeSource(model, reference=known)
    assert [len(each.triangles) for each in source.scenes] == [48, 48]
    assert source.reference is known


def test_levels_are_decimated_from_fewer_triangles(make_sphere: Make) -> None:
    fine, far = make_sphere(32), make_sphere(8, center=(3.0, 0, 0))
    model = Model((fine, replace(far, material=1)), (Material(), Material()))
    joined = join(model)
    fewer = simplify(joined, joined.triangles, 1000)
    parts = split_triangles(joined, fewer.triangles)
    source = RebakeSource(model, triangles=parts, error=fewer.error)
    assert len(fewer.triangles) == sum(map(len, parts))
    assert 900 < len(source.mesh.triangles) <= len(fewer.triangles)  # without those at the poles
    assert source.mesh.positions[source.mesh.triangles].max() == 4.0
    assert [len(scene.triangles) for scene in source.scenes] == [model.triangle_count]
    # A mesh that lost all of its triangles has none to be decimated.
    source = RebakeSource(model, triangles=[parts[0], parts[1][:0]])
    assert 0 < len(source.mesh.triangles) <= len(parts[0])
    assert source.mesh.positions[source.mesh.triangles].max() == 1.0
