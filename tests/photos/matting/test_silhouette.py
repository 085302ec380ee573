"""`segment_subject`: subject, backdrop and shadow told apart."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from vitrine.photos.matting.silhouette import segment_subject


@pytest.mark.parametrize(
    "look",
    [
        {},
        {"shadow": 0.85},
        {"gradient": 0.5},
        {"noise": 4.0},
        {"colour": (120, 122, 124)},
        {"colour": (25, 25, 25)},
        {"backdrop": (30, 30, 34), "colour": (200, 60, 40)},
        {"backdrop": (230, 170, 180), "shadow": 0.6},
        {"frame": 0.35},
    ],
    ids=["plain", "dark shadow", "steep", "noisy", "grey", "black", "on black", "on pink", "cut"],
)
@pytest.mark.parametrize("quality", [None, 80], ids=["png", "jpeg"])
def test_the_true_outline_is_found(scene: Callable, look: dict, quality: int | None) -> None:
    truth = scene(size=500, **look)
    rgb = truth.rgb
    if quality:
        buffer = io.BytesIO()
        Image.fromarray(rgb).save(buffer, "JPEG", quality=quality)
        rgb = np.asarray(Image.open(buffer))
    found = segment_subject(rgb.astype(np.float32))
    assert found is not None
    # A hard mask has no half pixels: it holds all that is solid, and strays at most two pixels.
    solid, near = truth.alpha > 0.9, ndimage.binary_dilation(truth.alpha > 0.1, iterations=2)
    assert (found.subject & solid).sum() > 0.995 * solid.sum()
    assert (found.subject & ~near).sum() < (0.02 if quality else 0.003) * solid.sum()
    assert found.outline_contrast > 0.95


def test_gaps_between_slats_are_seen_through(scene: Callable) -> None:
    truth = scene(size=500)
    found = segment_subject(truth.rgb.astype(np.float32))
    assert found is not None
    gap = (slice(105, 130), slice(180, 320))
    assert truth.alpha[gap].max() == 0
    assert not found.subject[gap].any()


def test_a_shadow_is_not_a_subject(scene: Callable) -> None:
    truth = scene(size=500, shadow=0.85)
    found = segment_subject(truth.rgb.astype(np.float32))
    assert found is not None
    feet = 434
    assert truth.rgb[feet - 4, 250].max() < 60
    assert not found.subject[feet:].any()
    assert not found.subject[340:feet, 160:340].any()


def test_a_highlight_of_the_backdrops_colour_stays(scene: Callable) -> None:
    """A soft spot on the subject that reaches the backdrop's colour is a highlight and no hole."""
    truth = scene(size=500, gradient=0, noise=0, shadow=0)
    y, x = np.mgrid[:500, :500]
    spot = np.exp(-(((x - 250) / 14) ** 2 + ((y - 250) / 14) ** 2))[..., None].clip(0, 1)
    spot = (spot * 1.3).clip(0, 1)
    rgb = truth.rgb * (1 - spot) + np.array([225, 228, 232]) * spot
    found = segment_subject(rgb.astype(np.float32))
    assert found is not None
    assert found.subject[240:260, 240:260].all()


@pytest.mark.parametrize(
    "look", [{"colour": (228, 230, 233)}, {"colour": (250, 250, 250), "backdrop": (255, 255, 255)}]
)
def test_white_on_white_is_known_to_be_unclear(scene: Callable, look: dict) -> None:
    found = segment_subject(scene(size=500, **look).rgb.astype(np.float32))
    assert found is not None
    assert found.outline_contrast < 0.7
