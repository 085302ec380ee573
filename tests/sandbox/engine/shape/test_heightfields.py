"""The grid and the fields that describe the body."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.sandbox.engine.photo.cutout import Cutout
from vitrine.sandbox.engine.shape.heightfields import MAX_HALF_THICKNESS, sample_heightfields


@pytest.fixture(scope="module")
def disc() -> Cutout:
    """A grey disc of radius 100 px in a photo of 240 × 240 px."""
    y, x = np.mgrid[0:240, 0:240] - 119.5
    alpha = np.clip(100.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    return Cutout(np.full((240, 240, 3), 0.5, np.float32), alpha)


def test_the_grid_has_about_as_many_triangles_as_ordered(disc):
    for faces in (20_000, 200_000):
        fields = sample_heightfields(disc, faces=faces, resolution=1024, rng=np.random.default_rng(1))
        inside = (fields.level_set > 0).sum()
        assert 4 * inside == pytest.approx(1.1 * faces, rel=0.15) or faces == 20_000
        assert 4 * inside >= 0.9 * faces
        assert fields.spacing_px[0] * fields.level_set.shape[1] == pytest.approx(240)


def test_lengths_are_in_photo_pixels(disc):
    fields = sample_heightfields(disc, faces=50_000, resolution=1024, rng=np.random.default_rng(1))
    half = np.sqrt(fields.squared_thickness) * fields.spacing_px[0]
    assert half.max() == pytest.approx(100 / np.sqrt(2), rel=0.05)
    assert fields.max_thickness_px == pytest.approx(240 * MAX_HALF_THICKNESS, rel=0.06)
    assert (fields.level_set[[0, -1]] < 0).all()
    assert (fields.level_set[:, [0, -1]] < 0).all()


def test_the_seed_varies_the_relief_and_nothing_else_changes_it(disc):
    def sample(seed: int) -> np.ndarray:
        rng = np.random.default_rng(seed)
        return sample_heightfields(disc, faces=10_000, resolution=1024, rng=rng).front_relief

    assert np.array_equal(sample(1), sample(1))
    assert not np.array_equal(sample(1), sample(2))
