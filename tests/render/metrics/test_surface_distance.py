"""Samples of surfaces and their distances, against arithmetic."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vitrine.gltf.model import Model
from vitrine.render.metrics.closest_point import ProximityQuery
from vitrine.render.metrics.surface_distance import SurfaceDistance, sample_surface, surface_distance
from vitrine.render.scene import Scene


def test_samples_lie_on_the_surface_evenly_and_the_same_each_time(square, joined):
    small = square(z=1.0)
    mesh = dataclasses.replace(small.meshes[0], positions=small.meshes[0].positions * np.float32(0.5))
    scene = Scene(joined(square(), Model((mesh,), small.materials)))
    points = sample_surface(scene, 3, 5000)
    assert np.abs(ProximityQuery(scene).distance(points)).max() < 1e-7
    # The small square has a quarter of the large one's area.
    assert (points[:, 2] > 0).mean() == pytest.approx(0.2, abs=1e-3)
    np.testing.assert_allclose(points[points[:, 2] == 0].mean(axis=0), 0, atol=0.03)
    assert points.tobytes() == sample_surface(scene, 3, 5000).tobytes()
    assert points.tobytes() != sample_surface(scene, 4, 5000).tobytes()


def test_offset_surfaces_are_their_offset_apart(square):
    scene, above = Scene(square()), Scene(square(z=0.01))
    for one, other in ((scene, above), (above, scene)):
        apart = surface_distance(sample_surface(one, 0), ProximityQuery(other), 2.0)
        assert (apart.rms_m, apart.p95_m, apart.max_m) == pytest.approx((0.01, 0.01, 0.01), rel=1e-5)
        assert apart.max_percent == pytest.approx(0.5, rel=1e-5)


def test_distances_are_summed_up():
    said = SurfaceDistance.from_samples(np.array([0.0] * 90 + [1.0] * 10), diagonal_m=4.0)
    assert said.rms_m == pytest.approx(0.1**0.5)
    assert (said.p95_m, said.max_m, said.max_percent) == (1.0, 1.0, 25.0)


def test_what_is_lost_and_what_is_added_are_told_apart(square, joined):
    """A piece that the level lacks is far from it; one that it adds is far from the source."""
    whole, part = Scene(joined(square(), square(z=2.0))), Scene(square())
    lost = surface_distance(sample_surface(whole, 0), ProximityQuery(part), 1.0)
    added = surface_distance(sample_surface(part, 0), ProximityQuery(whole), 1.0)
    assert lost.max_m == pytest.approx(2)
    assert lost.rms_m == pytest.approx(2**0.5, rel=1e-3)
    assert added.max_m == pytest.approx(0, abs=1e-7)
