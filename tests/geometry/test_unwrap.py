from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vitrine.geometry.crease_normals import to_creased_normals
from vitrine.geometry.unwrap import unwrap
from vitrine.gltf import Mesh
from vitrine.lods.rebake.remesh import decimate, remesh
from vitrine.render.rays.covered_texels import covered_texels

Make = Callable[..., Mesh]


def coarse(mesh: Mesh, triangles: int) -> Mesh:
    seamless, _ = decimate(remesh((mesh,), (0,)), triangles, 0.25)
    return to_creased_normals(seamless.positions, seamless.triangles)


def test_charts_share_one_atlas_and_do_not_overlap(make_sphere: Make) -> None:
    balls = (coarse(make_sphere(24), 300), coarse(make_sphere(24, center=(3, 0, 0)), 200))
    meshes = unwrap(balls, 256)
    area_px = 0.0
    covered = np.zeros((256, 256), np.int64)
    for before, after in zip(balls, meshes, strict=True):
        assert after.uvs is not None
        assert 0 <= after.uvs.min() < after.uvs.max() <= 1
        # The same triangles with the same positions, in whatever order.
        corners = [np.sort(m.positions[m.triangles].sum(axis=1).round(4), axis=0) for m in (before, after)]
        assert np.allclose(corners[0], corners[1], atol=1e-3)
        row, column, _ = covered_texels(after, 256)
        covered[row, column] += 1
        a, b, c = (after.uvs[after.triangles[:, k]].astype(np.float64) * 256 for k in range(3))
        (x1, y1), (x2, y2) = (b - a).T, (c - a).T
        area_px += float(np.abs(x1 * y2 - x2 * y1).sum()) / 2
    assert covered.max() == 1
    # If charts overlapped, fewer texels would be covered than their areas add up to.
    assert abs(int(covered.sum()) - area_px) < 0.02 * area_px
    assert area_px > 0.5 * 256 * 256


def test_unwrapping_twice_gives_the_same(make_sphere: Make) -> None:
    ball = coarse(make_sphere(24), 300)
    (one,), (two,) = unwrap((ball,), 128), unwrap((ball,), 128)
    assert one.uvs is not None
    assert two.uvs is not None
    assert one.uvs.tobytes() == two.uvs.tobytes()
    assert one.triangles.tobytes() == two.triangles.tobytes()
