from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vitrine.geometry.crease_normals import to_creased_normals
from vitrine.gltf import Mesh, Model
from vitrine.lods.rebake.bake import texels_of
from vitrine.lods.rebake.remesh import decimate, remesh
from vitrine.lods.rebake.unwrap import unwrap

Make = Callable[..., Mesh]


def coarse(mesh: Mesh, triangles: int) -> Mesh:
    shape, _ = decimate(remesh(Model((mesh,)), (0,)), triangles, 0.25)
    return to_creased_normals(shape.positions, shape.triangles)


def test_charts_lie_in_one_picture_and_nowhere_on_each_other(make_sphere: Make) -> None:
    balls = (coarse(make_sphere(24), 300), coarse(make_sphere(24, center=(3, 0, 0)), 200))
    meshes = unwrap(balls, 256)
    drawn = 0.0
    taken = np.zeros((256, 256), np.int64)
    for before, after in zip(balls, meshes, strict=True):
        assert after.uvs is not None
        assert 0 <= after.uvs.min() < after.uvs.max() <= 1
        # The same triangles in the same places, in whatever order.
        corners = [np.sort(m.positions[m.triangles].sum(axis=1).round(4), axis=0) for m in (before, after)]
        assert np.allclose(corners[0], corners[1], atol=1e-3)
        row, column, _ = texels_of(after, 256)
        taken[row, column] += 1
        a, b, c = (after.uvs[after.triangles[:, k]].astype(np.float64) * 256 for k in range(3))
        (x1, y1), (x2, y2) = (b - a).T, (c - a).T
        drawn += float(np.abs(x1 * y2 - x2 * y1).sum()) / 2
    assert taken.max() == 1
    # Where charts lay on each other, fewer texels would be taken than their areas add up to.
    assert abs(int(taken.sum()) - drawn) < 0.02 * drawn
    assert drawn > 0.5 * 256 * 256


def test_unwrapping_twice_gives_the_same(make_sphere: Make) -> None:
    ball = coarse(make_sphere(24), 300)
    (one,), (two,) = unwrap((ball,), 128), unwrap((ball,), 128)
    assert one.uvs is not None
    assert two.uvs is not None
    assert one.uvs.tobytes() == two.uvs.tobytes()
    assert one.triangles.tobytes() == two.triangles.tobytes()
