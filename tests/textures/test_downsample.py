from __future__ import annotations

import numpy as np
import pytest

from vitrine.textures.downsample import can_halve, fitted_size, halve, resize


def checkers(low: int, high: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    pixels = np.full((4, 4, 3), low, np.uint8)
    pixels[::2, ::2] = pixels[1::2, 1::2] = high
    return pixels


def test_colour_is_averaged_as_light() -> None:
    # Half the light of white is sRGB level 188, not 128 (IEC 61966-2-1).
    assert np.unique(halve(checkers(0, 255), "color")).tolist() == [188]
    assert np.unique(resize(checkers(0, 255), (1, 1), "color")).tolist() == [188]


def test_data_is_averaged_as_numbers() -> None:
    assert np.unique(halve(checkers(0, 255), "data")).tolist() == [128]
    assert np.unique(resize(checkers(0, 255), (2, 1), "data")).tolist() == [128]


def test_one_colour_stays_itself() -> None:
    for level in range(256):
        flat = np.full((4, 4, 3), level, np.uint8)
        assert np.unique(halve(flat, "color")).tolist() == [level]
        assert np.unique(resize(flat, (3, 3), "color")).tolist() == [level]


def test_normals_stay_unit_length() -> None:
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[:, 0], pixels[:, 1] = (255, 128, 128), (128, 128, 255)  # +x beside +z
    x, y, z = halve(pixels, "normal")[0, 0] / 127.5 - 1
    assert (x, y, z) == pytest.approx((0.707, 0, 0.707), abs=0.01)


def test_clear_texels_lend_no_colour() -> None:
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[0, 0] = (200, 100, 50, 255)
    pixels[0, 1:] = pixels[1, :] = (255, 255, 255, 0)
    assert halve(pixels, "color")[0, 0].tolist() == [200, 100, 50, 64]


@pytest.mark.parametrize(
    ("size", "limit", "expected"),
    [
        ((2048, 2048), 2048, (2048, 2048)),
        ((4096, 2048), 1024, (1024, 512)),
        ((1000, 500), 2048, (1024, 512)),
        ((1500, 1500), 1024, (1024, 1024)),
        ((64, 64), 256, (64, 64)),
        ((4096, 1), 256, (256, 1)),
        ((3000, 3000), 1500, (1024, 1024)),
    ],
)
def test_sizes_are_powers_of_two_within_the_limit(
    size: tuple[int, int], limit: int, expected: tuple[int, int]
) -> None:
    assert fitted_size(*size, limit) == expected


def test_halving_stops_at_the_size_and_at_odd_sides() -> None:
    assert can_halve(np.zeros((8, 8, 3), np.uint8), (4, 4))
    assert not can_halve(np.zeros((8, 8, 3), np.uint8), (5, 4))
    assert not can_halve(np.zeros((9, 8, 3), np.uint8), (4, 4))
