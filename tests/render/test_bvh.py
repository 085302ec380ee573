"""A BVH from whole arrays answers like one that `embreex` fills number by number."""

from __future__ import annotations

import numpy as np
import pytest
from embreex.mesh_construction import TriangleMesh

from vitrine.render import bvh as module
from vitrine.render.bvh import build_bvh
from vitrine.render.scene import Scene


@pytest.fixture
def rays() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    origins = rng.normal(size=(5000, 3)).astype(np.float32)
    return origins, -origins + rng.normal(0, 0.5, (5000, 3)).astype(np.float32)


def test_both_ways_hit_the_same_triangles(sphere, rays, monkeypatch):
    scene = Scene(sphere(rings=24))
    ours = build_bvh(scene.positions, scene.triangles).run(*rays, output=1)
    monkeypatch.setattr(module, "_embree", lambda: None)
    theirs = build_bvh(scene.positions, scene.triangles).run(*rays, output=1)
    assert (ours["primID"] >= 0).sum() > 2000
    for name in ("primID", "tfar", "u", "v"):
        np.testing.assert_array_equal(ours[name], theirs[name])


def test_the_fast_way_is_used(square, monkeypatch):
    """Fails when a new `embreex` moves its library or its fields: then `bvh.py` has to follow."""
    monkeypatch.setattr(module, "TriangleMesh", lambda *_: pytest.fail("filled number by number"))
    scene = Scene(square())
    assert build_bvh(scene.positions, scene.triangles).is_committed == 1


def test_an_unknown_layout_uses_the_constructor_of_embreex(square, rays, monkeypatch):
    filled = []
    monkeypatch.setattr(module, "_HEAD", 24)
    monkeypatch.setattr(module, "TriangleMesh", lambda *of: (filled.append(1), TriangleMesh(*of)))
    scene = Scene(square())
    assert (build_bvh(scene.positions, scene.triangles).run(*rays) >= 0).any()
    assert filled == [1]


def test_memory_is_released(sphere):
    """A thousand of them would be 400 MB."""
    resource = pytest.importorskip("resource")
    scene = Scene(sphere(rings=40))

    def peak_bytes() -> int:
        return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * 1024

    for _ in range(50):
        build_bvh(scene.positions, scene.triangles)
    before = peak_bytes()
    for _ in range(400):
        build_bvh(scene.positions, scene.triangles)
    assert peak_bytes() - before < 20_000_000
