"""Packing: no rectangle outside the texture, no overlap, little waste."""

from __future__ import annotations

import numpy as np

from vitrine.sandbox.engine.texturing.pack_charts import pack_charts


def test_nothing_overlaps_and_most_of_the_texture_is_used():
    rng = np.random.default_rng(3)
    low = rng.uniform(-500, 500, (300, 2))
    high = low + rng.uniform(5, 100, (300, 2))
    scale, rectangles = pack_charts(low, high, np.ones(300), 1024, 4)
    used = np.zeros((1024, 1024), int)
    for x, y, width, height in rectangles.tolist():
        assert 0 <= x <= x + width <= 1024
        assert 0 <= y <= y + height <= 1024
        used[y : y + height, x : x + width] += 1
    assert used.max() == 1
    assert used.mean() > 0.7
    assert np.ptp(scale) == 0
    inner = rectangles[:, 2:] - 8
    assert (inner >= (high - low) * scale[:, None] - 1e-6).all()
