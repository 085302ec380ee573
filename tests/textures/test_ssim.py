from __future__ import annotations

import numpy as np
import pytest

from vitrine.textures.ssim import texture_ssim

RNG = np.random.default_rng(5)


def noise(channels: int = 3) -> np.ndarray:
    return RNG.integers(40, 216, (64, 64, channels), np.uint8)


def by_definition(a: np.ndarray, b: np.ndarray) -> float:
    """SSIM of two grey planes over windows of 8, four apart, one at a time."""
    scores = []
    for y in range(0, a.shape[0] - 4, 4):
        for x in range(0, a.shape[1] - 4, 4):
            p, q = (plane[y : y + 8, x : x + 8].astype(float) for plane in (a, b))
            cov = ((p - p.mean()) * (q - q.mean())).mean()
            c1, c2 = 2.55**2, 7.65**2
            top = (2 * p.mean() * q.mean() + c1) * (2 * cov + c2)
            scores.append(top / ((p.mean() ** 2 + q.mean() ** 2 + c1) * (p.var() + q.var() + c2)))
    return float(np.mean(scores))


def test_it_is_the_formula() -> None:
    grey = RNG.integers(40, 216, (64, 64, 1), np.uint8).repeat(3, axis=2)
    other = np.clip(grey + RNG.normal(0, 25, (64, 64, 1)), 0, 255).astype(np.uint8)
    # Without colour, both colour differences are equal: a quarter of the sum.
    expected = 0.75 * by_definition(grey[..., 0], other[..., 0]) + 0.25
    assert texture_ssim(grey, other) == pytest.approx(expected, abs=1e-4)


def test_equal_pictures_are_alike_and_worse_ones_less() -> None:
    picture = noise()
    assert texture_ssim(picture, picture) == pytest.approx(1, abs=1e-6)
    noisy = [
        np.clip(picture + RNG.normal(0, by, picture.shape), 0, 255).astype(np.uint8) for by in (4, 16, 40)
    ]
    scores = [texture_ssim(picture, other) for other in noisy]
    assert 1 > scores[0] > scores[1] > scores[2] > 0


def test_colour_counts_without_brightness() -> None:
    grey = np.full((64, 64, 3), 120, np.uint8)
    striped = grey.copy()
    striped.reshape(8, 8, 64, 3)[:, :4] = (120, 104, 200)  # as bright as the grey
    assert texture_ssim(striped, grey) < 0.9


def test_gaps_and_what_is_see_through_do_not_count() -> None:
    picture, other = noise(4), noise(4)
    picture[..., 3] = 255
    picture[:, 32:, 3] = 0
    other[:, :32] = picture[:, :32]
    assert texture_ssim(picture, other) > 0.9
    plain = picture[..., :3]
    used = np.ones((32, 32), np.bool_)
    assert texture_ssim(plain, other[..., :3], used) < 0.7
    used[:, 15:] = False
    assert texture_ssim(plain, other[..., :3], used) > 0.97
    assert texture_ssim(plain, other[..., :3], np.zeros((32, 32), np.bool_)) == 1
