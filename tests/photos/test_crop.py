"""`crop_subject`, `square_frame`: the square that is bought a model for."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vitrine.photos.crop import bounding_box, crop_subject, square_frame, to_png
from vitrine.recipe import PhotoOptions


def subject(width: int, height: int, box: tuple[int, int, int, int]) -> np.ndarray:
    """An opaque blue box in a transparent frame whose hidden colour is a loud yellow."""
    rgba = np.zeros((height, width, 4), np.uint8)
    rgba[..., :3] = (255, 255, 0)
    left, top, right, bottom = box
    rgba[top:bottom, left:right] = (20, 40, 200, 255)
    return rgba


@pytest.mark.parametrize("box", [(10, 20, 110, 60), (0, 0, 40, 300), (390, 100, 400, 300), (0, 0, 400, 300)])
@pytest.mark.parametrize("margin", [0.0, 0.05, 0.25])
def test_the_subject_is_centred_with_its_margin(box: tuple[int, int, int, int], margin: float) -> None:
    square = crop_subject(subject(400, 300, box), PhotoOptions(margin=margin))
    width, height = box[2] - box[0], box[3] - box[1]
    assert square.shape[0] == square.shape[1] == pytest.approx(max(width, height) / (1 - 2 * margin), abs=1)
    found = bounding_box(square[..., 3])
    assert found is not None
    left, top, right, bottom = found
    assert (right - left, bottom - top) == pytest.approx((width, height), abs=1)
    assert abs((left + right) - square.shape[1]) <= 2
    assert abs((top + bottom) - square.shape[0]) <= 2


def test_a_large_subject_is_shrunk_without_a_fringe() -> None:
    square = crop_subject(subject(1500, 1500, (103, 201, 1404, 1302)), PhotoOptions(max_px=512))
    assert square.shape == (512, 512, 4)
    seen = square[square[..., 3] > 100]
    assert np.abs(seen[:, :3].astype(int) - (20, 40, 200)).max() <= 6
    found = bounding_box(square[..., 3])
    assert found is not None
    assert found[2] - found[0] == pytest.approx(0.9 * 512, abs=2)


def test_a_small_subject_is_not_enlarged() -> None:
    assert crop_subject(subject(400, 300, (10, 10, 100, 100)), PhotoOptions()).shape == (100, 100, 4)


def test_hidden_colours_are_cleaned() -> None:
    square = crop_subject(subject(400, 300, (10, 10, 100, 50)), PhotoOptions())
    assert not square[square[..., 3] == 0].any()


def test_a_faint_haze_does_not_move_the_crop() -> None:
    rgba = subject(400, 300, (100, 100, 200, 200))
    rgba[rgba[..., 3] == 0] = (9, 9, 9, 6)
    assert crop_subject(rgba, PhotoOptions(margin=0)).shape == (100, 100, 4)


def test_a_frame_where_nothing_is_seen_stays_whole() -> None:
    assert crop_subject(np.zeros((30, 50, 4), np.uint8), PhotoOptions(margin=0)).shape == (50, 50, 4)


def test_a_frame_is_squared_by_repeating_its_edges() -> None:
    rgba = np.full((100, 300, 4), 255, np.uint8)
    rgba[:50, :, :3] = (200, 0, 0)
    rgba[50:, :, :3] = (0, 0, 200)
    square = square_frame(rgba, PhotoOptions(max_px=256))
    assert square.shape == (256, 256, 3)
    assert square[0, 0].tolist() == square[80, 200].tolist() == [200, 0, 0]
    assert square[255, 255].tolist() == [0, 0, 200]


def test_png_gives_the_pixels_back_and_repeats_itself() -> None:
    pixels = subject(40, 30, (5, 5, 20, 20))
    data = to_png(pixels)
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(data))), pixels)
    assert to_png(pixels.copy()) == data
