"""`enclosed_regions`: what looks like the backdrop within a matte."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from vitrine.photos.matting.enclosed import LEARNED_RIM_STEP, beside, enclosed_regions


def test_a_table_seen_through_a_ring_is_found_by_the_rows_beside_it() -> None:
    y, x = np.mgrid[:240, :320]
    behind = np.where(y < 120, 200, 90)[..., None] * np.array([1.0, 0.9, 0.8])
    away = np.hypot(x - 160, y - 140)
    ring = (away < 80) & (away > 50)
    rgb = np.where(ring[..., None], (50, 40, 60), behind).astype(np.float32)
    rgb += np.random.default_rng(1).normal(size=rgb.shape).astype(np.float32)
    filled = ndimage.binary_fill_holes(ring)
    mixed = np.full_like(rgb, 150)  # the colours of wall and table around it, mixed
    assert enclosed_regions(rgb, (mixed,), filled, LEARNED_RIM_STEP)[1] == 0
    found, _ = enclosed_regions(rgb, (mixed, beside(rgb, filled)), filled, LEARNED_RIM_STEP)
    hole = filled & ~ring
    assert float((found[hole] > 0).mean()) > 0.7
    assert not (found[ring] > 0).any()
