"""`sharpness`: blur is told from plainness."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageFilter
from scipy import ndimage

from vitrine.photos.sharpness import sharpness


def edge(sigma: float, contrast: float = 150, size: int = 512) -> np.ndarray:
    """Vertical stripes 64 pixels wide, blurred by `sigma` pixels."""
    stripes = 60 + contrast * ((np.arange(size) // 64) % 2)
    row = ndimage.gaussian_filter1d(stripes.astype(float), sigma) if sigma else stripes
    return np.broadcast_to(row[None, :, None], (size, size, 3)).astype(np.uint8)


@pytest.mark.parametrize("sigma", [2.0, 3.0, 4.0])
@pytest.mark.parametrize("contrast", [80, 180])
def test_a_known_blur_is_measured(sigma: float, contrast: float) -> None:
    everywhere = np.ones((512, 512), bool)
    assert sharpness(edge(sigma, contrast), everywhere) == pytest.approx(0.4 / sigma, rel=0.15)


def test_an_ideal_edge_gives_a_half() -> None:
    assert sharpness(edge(0), np.ones((512, 512), bool)) == pytest.approx(0.5, abs=0.01)


def test_size_does_not_matter() -> None:
    large = np.asarray(Image.fromarray(edge(3)).resize((1024, 1024), Image.Resampling.BICUBIC))
    assert sharpness(large, np.ones((1024, 1024), bool)) == pytest.approx(0.4 / 3, rel=0.15)


def test_a_plain_round_thing_is_not_blurred() -> None:
    """The shading of a sphere has no edge inside, so there is nothing to judge."""
    y, x = np.mgrid[-1:1:512j, -1:1:512j]
    inside = x**2 + y**2
    level = 200 * np.sqrt(np.clip(1 - inside, 0, 1))
    assert sharpness(np.dstack([level] * 3).astype(np.uint8), inside < 0.92**2) == 1.0


def test_nothing_to_judge_gives_one() -> None:
    assert sharpness(np.full((300, 300, 3), 128, np.uint8), np.ones((300, 300), bool)) == 1.0
    assert sharpness(edge(8), np.zeros((512, 512), bool)) == 1.0
    assert sharpness(np.zeros((1, 1, 3), np.uint8), np.ones((1, 1), bool)) == 1.0


def test_more_blur_is_less_sharp(scene: Callable) -> None:
    photo = Image.fromarray(scene(size=512).rgb)
    everywhere = np.ones((512, 512), bool)
    values = [
        sharpness(np.asarray(photo.filter(ImageFilter.GaussianBlur(sigma))), everywhere)
        for sigma in (0, 1, 2, 3, 4, 6)
    ]
    assert values == sorted(values, reverse=True)
