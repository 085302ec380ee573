from __future__ import annotations

import numpy as np
import pytest

from vitrine.textures.ssim import image_ssim, texture_ssim

RNG = np.random.default_rng(5)
EVERYWHERE = np.ones((32, 32), np.bool_)


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


def test_texture_ssim_follows_its_definition() -> None:
    grey = RNG.integers(40, 216, (64, 64, 1), np.uint8).repeat(3, axis=2)
    other = np.clip(grey + RNG.normal(0, 25, (64, 64, 1)), 0, 255).astype(np.uint8)
    # Without colour, both colour differences are equal: a quarter of the sum.
    expected = 0.75 * by_definition(grey[..., 0], other[..., 0]) + 0.25
    assert texture_ssim(grey, other) == pytest.approx(expected, abs=1e-4)


def test_equal_textures_have_ssim_1_and_noisier_ones_less() -> None:
    image = noise()
    assert texture_ssim(image, image) == pytest.approx(1, abs=1e-6)
    noisy = [np.clip(image + RNG.normal(0, by, image.shape), 0, 255).astype(np.uint8) for by in (4, 16, 40)]
    scores = [texture_ssim(image, other) for other in noisy]
    assert 1 > scores[0] > scores[1] > scores[2] > 0


def test_colour_counts_where_brightness_is_equal() -> None:
    grey = np.full((64, 64, 3), 120, np.uint8)
    striped = grey.copy()
    striped.reshape(8, 8, 64, 3)[:, :4] = (120, 104, 200)  # as bright as the grey
    assert texture_ssim(striped, grey) < 0.9


def test_padding_and_transparent_texels_do_not_count() -> None:
    image, other = noise(4), noise(4)
    image[..., 3] = 255
    image[:, 32:, 3] = 0
    other[:, :32] = image[:, :32]
    assert texture_ssim(image, other) > 0.9
    plain = image[..., :3]
    used = np.ones((32, 32), np.bool_)
    assert texture_ssim(plain, other[..., :3], used) < 0.7
    used[:, 15:] = False
    assert texture_ssim(plain, other[..., :3], used) > 0.97
    assert texture_ssim(plain, other[..., :3], np.zeros((32, 32), np.bool_)) == 1


def test_image_ssim_of_an_inverted_pattern_is_negative_and_of_a_brighter_one_high():
    pattern = np.random.default_rng(5).uniform(60, 190, (32, 32)).astype(np.float32)
    assert image_ssim(pattern, pattern, EVERYWHERE) == pytest.approx(1)
    assert image_ssim(pattern, 250 - pattern, EVERYWHERE) < -0.8
    assert image_ssim(pattern, pattern + 5, EVERYWHERE) > 0.97


def test_image_ssim_of_plain_grey_follows_its_formula():
    a, b = np.full((32, 32), 100, np.float32), np.full((32, 32), 150, np.float32)
    c1 = (0.01 * 255) ** 2
    assert image_ssim(a, b, EVERYWHERE) == pytest.approx((2 * 100 * 150 + c1) / (100**2 + 150**2 + c1))
