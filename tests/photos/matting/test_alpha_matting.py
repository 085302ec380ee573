"""`estimate_alpha`: soft edges, without the backdrop in them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vitrine.photos.matting.alpha_matting import estimate_alpha


def test_alpha_and_colour_along_a_known_edge() -> None:
    """A red disc, antialiased over green: its alpha comes back, and no green stays in it."""
    y, x = np.mgrid[:120, :120]
    alpha = np.clip(40.5 - np.hypot(x - 60, y - 60), 0, 1).astype(np.float32)
    red, green = np.array([200, 20, 30], np.float32), np.array([20, 220, 40], np.float32)
    rgb = alpha[..., None] * red + (1 - alpha[..., None]) * green
    rgba = estimate_alpha(rgb, alpha > 0.5, np.broadcast_to(green, rgb.shape))
    assert np.abs(rgba[..., 3] / 255 - alpha).max() < 0.06
    seen = rgba[..., 3] > 0
    assert np.abs(rgba[seen][:, :3] - red).max() < 20
    assert not rgba[~seen].any()


def test_a_wire_two_pixels_wide_survives() -> None:
    rgb = np.full((60, 60, 3), 230, np.float32)
    rgb[:, 30:32] = 20
    subject = np.zeros((60, 60), bool)
    subject[:, 30:32] = True
    rgba = estimate_alpha(rgb, subject, np.full_like(rgb, 230))
    assert rgba[5:55, 30:32, 3].min() > 240
    assert rgba[5:55, 30:32, :3].max() < 40
    assert not rgba[:, :28].any()


def test_edges_of_a_studio_photo_match_the_truth(scene: Callable) -> None:
    truth = scene(size=500)
    rgba = estimate_alpha(
        truth.rgb.astype(np.float32), truth.alpha > 0.5, np.full((500, 500, 3), 225, np.float32)
    )
    assert np.abs(rgba[..., 3] / 255 - truth.alpha).mean() < 0.003


def test_the_argument_is_not_touched() -> None:
    rgb = np.full((40, 40, 3), 230, np.float32)
    rgb[10:30, 10:30] = 90
    before = rgb.copy()
    estimate_alpha(rgb, rgb[..., 0] < 100, np.full_like(rgb, 230))
    np.testing.assert_array_equal(rgb, before)
