"""`blurred_share` and `edge_blur`: how sharp the outline of a matte is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy import ndimage

from vitrine.photos.matting.focus import blurred_share, edge_blur


def square(blur: float, size: int = 200) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """A red square on grey, all of it out of focus by `blur` pixels, and its mask."""
    mask = np.zeros((size, size), np.bool_)
    mask[60:140, 60:140] = True
    alpha = ndimage.gaussian_filter(mask.astype(np.float32), blur)[..., None]
    return (alpha * (200, 60, 40) + (1 - alpha) * 120).astype(np.float32), mask


@pytest.mark.parametrize("blur", [1.0, 2.0, 4.0])
def test_blur_is_measured_in_pixels(blur: float) -> None:
    assert float(np.median(edge_blur(*square(blur)))) == pytest.approx(blur, rel=0.25)


def test_a_photo_that_is_out_of_focus_as_a_whole_has_no_blurred_part() -> None:
    assert blurred_share(*square(3.0)) < 0.02


def test_a_picture_on_the_wall_behind_the_product_is_a_blurred_part() -> None:
    rgb, mask = square(0.6)
    behind = np.zeros_like(mask)
    behind[20:70, 110:170] = True
    alpha = ndimage.gaussian_filter(behind.astype(np.float32), 4)[..., None]
    wall = alpha * (30, 90, 60) + (1 - alpha) * 120
    rgb = np.where(mask[..., None], rgb, wall).astype(np.float32)
    assert blurred_share(rgb, mask) < 0.02
    outline_of_both = (mask | behind) & ~ndimage.binary_erosion(mask | behind)
    true_share = float((outline_of_both & behind & ~mask).sum() / outline_of_both.sum())
    assert blurred_share(rgb, mask | behind) == pytest.approx(true_share, abs=0.06)


def test_an_empty_mask_has_no_outline() -> None:
    rgb, mask = square(1.0)
    assert blurred_share(rgb, np.zeros_like(mask)) == 0.0
