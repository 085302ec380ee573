from __future__ import annotations

import numpy as np

from vitrine.render.camera import box_corners
from vitrine.render.metrics.viewpoints import twelve_viewpoints


def test_twelve_viewpoints_hold_the_box_at_one_scale():
    low, high = np.array([-0.1, 0, -0.4], np.float32), np.array([0.3, 1.5, 0.2], np.float32)
    cameras = twelve_viewpoints(low, high)
    assert len(cameras) == 12
    assert len({camera.half_height_m for camera in cameras}) == 1
    for camera in cameras:
        projected = camera.project(box_corners(low, high))
        assert np.abs(projected[:, :2]).max() < 1
        assert projected[:, 2].min() > 0
    forward = np.stack([camera.forward for camera in cameras])
    cosines = forward @ forward.T - 2 * np.eye(12)
    assert cosines.max() < 0.95
