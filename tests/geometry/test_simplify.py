from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from vitrine.geometry.join import join, split
from vitrine.geometry.simplify import simplify
from vitrine.geometry.vertices import remove_unreferenced_vertices
from vitrine.gltf import Material, Mesh, Model

Make = Callable[..., Mesh]


def test_uvs_stay_on_the_surface_they_were_on(globe: Model) -> None:
    joined = join(globe)
    got = simplify(joined, joined.triangles, 800)
    assert len(got.triangles) == 800
    mesh = split(globe, joined, got.triangles).meshes[0]
    assert mesh.uvs is not None
    corners, uvs = mesh.positions[mesh.triangles].mean(axis=1), mesh.uvs[mesh.triangles].mean(axis=1)
    around = np.arctan2(corners[:, 0], corners[:, 2]) / (2 * np.pi) % 1
    away = np.abs(around - uvs[:, 0] % 1)
    near_pole = np.abs(corners[:, 1]) > 0.9
    # No triangle spans the seam.
    assert np.minimum(away, 1 - away)[~near_pole].max() < 0.02


def test_the_seam_does_not_open(globe: Model) -> None:
    joined = join(globe)
    mesh = split(globe, joined, simplify(joined, joined.triangles, 300).triangles).meshes[0]
    numbers = np.unique(mesh.positions.round(6), axis=0, return_inverse=True)[1].reshape(-1)
    edges = numbers[mesh.triangles][:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    directed = {tuple(edge) for edge in edges.tolist()}
    assert all((b, a) in directed for a, b in directed)  # every edge has its other side: closed


def test_a_model_under_the_target_is_left_alone(globe: Model) -> None:
    joined = join(globe)
    got = simplify(joined, joined.triangles, 100_000)
    assert got.triangles is joined.triangles
    assert got.error == 0


def test_two_materials_that_meet_share_one_error_and_do_not_part(make_sphere: Make) -> None:
    ball = make_sphere(48)
    upper = ball.positions[ball.triangles].mean(axis=1)[:, 1] > 0
    halves = tuple(
        replace(remove_unreferenced_vertices(replace(ball, triangles=ball.triangles[half])), material=number)
        for number, half in enumerate((upper, ~upper))
    )
    model = Model(halves, (Material(name="top"), Material(name="bottom")))
    joined = join(model)
    small = split(model, joined, simplify(joined, joined.triangles, 400).triangles)
    assert small.triangle_count == 400
    assert {mesh.material for mesh in small.meshes} == {0, 1}
    rims = []
    for mesh in small.meshes:
        used = remove_unreferenced_vertices(mesh).positions
        rims.append({tuple(p) for p in used[np.abs(used[:, 1]) < 1e-6].round(5).tolist()})
    assert rims[0] == rims[1] != set()


def test_a_small_part_is_pruned_only_where_that_helps(make_sphere: Make) -> None:
    ball, crumb = make_sphere(16), make_sphere(4, radius=0.02, center=(1.1, 0, 0))
    flat = ball.triangles.reshape(-1)
    assert ball.normals is not None
    assert ball.uvs is not None
    # No two of its triangles share a vertex: nothing of the ball can go.
    torn = replace(
        ball,
        positions=ball.positions[flat],
        normals=ball.normals[flat],
        uvs=ball.uvs[flat],
        triangles=np.arange(len(flat), dtype=np.uint32).reshape(-1, 3),
    )
    joined = join(Model((torn, crumb)))
    left = simplify(joined, joined.triangles, 100).triangles
    assert (left < joined.starts[1]).all(axis=1).sum() == len(torn.triangles)
    assert (left >= joined.starts[1]).any()  # the small part is still there
    # Where pruning reaches the target, it is pruned.
    close = len(torn.triangles)
    assert len(simplify(joined, joined.triangles, close).triangles) == close
