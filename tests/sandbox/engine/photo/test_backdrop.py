"""Backdrops of one colour, with a gradient, with a soft shadow, and none."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.sandbox.engine.photo.backdrop import remove_backdrop


@pytest.mark.parametrize("gradient", [0.0, 0.15])
def test_a_plain_backdrop_is_removed_and_the_subject_is_kept(gradient):
    y, x = np.mgrid[0:200, 0:200].astype(np.float32)
    rgb = np.repeat((0.85 + gradient * (y / 200 - 0.5))[..., None], 3, axis=-1).astype(np.float32)
    rgb *= 1 - 0.07 * np.exp(-(((x - 100) / 60) ** 2 + ((y - 160) / 12) ** 2))[..., None]
    subject = np.hypot(x - 100, y - 100) < 50
    hole = np.hypot(x - 100, y - 100) < 15
    rgb[subject & ~hole] = (0.5, 0.2, 0.1)
    alpha = remove_backdrop(rgb)
    assert ((alpha > 0.5) != (subject & ~hole)).mean() < 0.005


def test_a_photo_without_a_backdrop_is_all_subject():
    noise = np.random.default_rng(0).uniform(0, 1, (100, 100, 3)).astype(np.float32)
    assert (remove_backdrop(noise) == 1).all()
