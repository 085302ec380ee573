from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vitrine.recipe import TurntableOptions
from vitrine.render.pictures.render_turntable import choose_level, render_turntable


@pytest.mark.parametrize(
    ("textures_px", "level"),
    [([2048, 1024, 512, 256], 1), ([512, 256], 0), ([4096], 0), ([960, 960, 512], 1)],
)
def test_the_smallest_level_that_is_fine_enough_is_turned(textures_px: list[int], level: int) -> None:
    assert choose_level(textures_px, TurntableOptions(size_px=480)) == level


def test_a_turn_takes_its_time_and_never_ends(box) -> None:
    film = Image.open(io.BytesIO(render_turntable(box(), TurntableOptions(size_px=64, frames=5, turn_s=2))))
    assert (getattr(film, "n_frames", 0), film.info["loop"]) == (5, 0)
    film.seek(1)
    film.load()
    assert film.info["duration"] == 400


def test_a_turntable_turns_once_at_one_scale(box) -> None:
    options = TurntableOptions(size_px=64, frames=8, turn_s=2.0)
    film = Image.open(io.BytesIO(render_turntable(box((-1, 0, -0.3), (1, 1, 0.3)), options)))
    assert (film.format, film.n_frames, film.info["loop"]) == ("WEBP", 8, 0)
    images, times = [], []
    for number in range(8):
        film.seek(number)
        film.load()
        times.append(film.info["duration"])
        images.append(np.asarray(film.convert("L")).astype(int))
    assert times == [250] * 8
    widths = [int((frame < 200).any(axis=0).sum()) for frame in images]
    assert max(widths) <= 64 * 0.92
    # A box is the same after half a turn, but the side in the light is not the same after a quarter.
    assert np.abs(images[0] - images[4]).mean() < np.abs(images[0] - images[2]).mean() / 3
