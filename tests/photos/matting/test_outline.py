"""`measure_outline`: the contrast along an outline, and where it cuts into the subject."""

from __future__ import annotations

import numpy as np

from vitrine.photos.matting.backdrop import Backdrop
from vitrine.photos.matting.outline import measure_outline


def disc(level: float, hidden: bool) -> tuple[np.ndarray, np.ndarray, Backdrop]:
    """Return a mask of a grey disc on white, its pixels, and the backdrop; it may fade in the middle."""
    y, x = np.mgrid[-100:100, -100:100]
    mask = x**2 + y**2 < 80**2
    rgb = np.full((200, 200, 3), 255, np.float32)
    rgb[mask] = level
    if hidden:
        ramp = np.clip(255 - (np.abs(x) - 10) * (255 - level) / 70, level, 255)
        rgb[mask] = ramp[mask][:, None]
        mask &= rgb[..., 0] < 252
    return mask, rgb, Backdrop(np.full((200, 200, 3), 255, np.float32), noise=0.5)


def test_a_clear_outline() -> None:
    share, lost = measure_outline(*disc(120, hidden=False))
    assert share == 1
    assert lost == 0


def test_a_middle_that_fades_into_the_backdrop() -> None:
    share, lost = measure_outline(*disc(120, hidden=True))
    assert share < 0.75
    assert lost > 0.8


def test_an_empty_mask_and_a_line() -> None:
    mask = np.zeros((50, 50), bool)
    rgb = np.full((50, 50, 3), 255, np.float32)
    backdrop = Backdrop(rgb, noise=0.5)
    assert measure_outline(mask, rgb, backdrop) == (1.0, 0.0)
    mask[20, 5:45] = True
    assert measure_outline(mask, rgb, backdrop) == (0.0, 0.0)
