"""`find_card`: a photo pasted on a transparent margin is no matte."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vitrine.photos.matting.card import find_card
from vitrine.photos.matting.matte import matte
from vitrine.recipe import PhotoOptions


def pasted(rgb: np.ndarray, margin: int = 60) -> np.ndarray:
    out = np.zeros((rgb.shape[0] + 2 * margin, rgb.shape[1] + 2 * margin, 4), np.uint8)
    out[margin:-margin, margin:-margin, :3] = rgb
    out[margin:-margin, margin:-margin, 3] = 255
    return out


def test_the_product_on_a_card_is_cut_out(scene: Callable) -> None:
    photo = scene(size=600, backdrop=(252, 252, 252), gradient=0.02, shadow=0)
    rgba = pasted(photo.rgb)
    card = find_card(rgba)
    assert card is not None
    assert card.fill == 1
    matted = matte(rgba, PhotoOptions())
    assert (matted.matte, [f.code for f in matted.findings]) == ("backdrop", ["ALPHA_CARD"])
    assert abs((matted.rgba[..., 3] > 128).sum() / (photo.alpha > 0.5).sum() - 1) < 0.03


def test_rounded_corners_are_a_card_too(scene: Callable) -> None:
    rgba = pasted(scene(size=600, backdrop=(252, 252, 252), gradient=0.02).rgb)
    y, x = np.mgrid[:20, :20]
    corner = (x - 20) ** 2 + (y - 20) ** 2 > 400
    rgba[60:80, 60:80, 3][corner] = 0
    assert find_card(rgba) is not None


def test_a_box_and_a_silhouette_are_products(scene: Callable) -> None:
    rng = np.random.default_rng(1)
    assert find_card(pasted(rng.integers(0, 255, (400, 400, 3)).astype(np.uint8))) is None
    assert find_card(pasted(np.full((400, 400, 3), 240, np.uint8))) is None
    assert find_card(scene(size=500).cutout) is None


def test_no_shared_cutout_is_a_card(shared_photos: Path) -> None:
    for path in sorted(shared_photos.glob("cutout/*")):
        assert find_card(np.array(Image.open(path).convert("RGBA"))) is None, path.name


def disc(rgb: np.ndarray) -> np.ndarray:
    y, x = np.indices(rgb.shape[:2]) - np.array(rgb.shape[:2])[:, None, None] / 2
    alpha = np.where(np.hypot(y, x) < 0.48 * min(rgb.shape[:2]), 255, 0).astype(np.uint8)
    return np.dstack([rgb, alpha])


def test_the_product_on_a_disc_is_cut_out() -> None:
    rgb = np.full((600, 600, 3), 250, np.uint8)
    rgb[150:450, 230:370] = (30, 90, 60)
    matted = matte(disc(rgb), PhotoOptions())
    assert (matted.matte, [f.code for f in matted.findings]) == ("backdrop", ["ALPHA_CARD"])
    assert abs((matted.rgba[..., 3] > 128).sum() / (300 * 140) - 1) < 0.03


def test_a_plate_and_a_plain_disc_are_products() -> None:
    plain = np.full((600, 600, 3), 250, np.uint8)
    assert find_card(disc(plain)) is None
    lit = plain.copy()
    lit[..., 0] = lit[..., 1] = np.linspace(215, 250, 600, dtype=np.uint8)  # light from one side
    lit[200:400, 200:400] = (30, 90, 60)
    assert find_card(disc(lit)) is None


@pytest.mark.parametrize("inset", [6, 40])
def test_a_thin_line_around_the_product_is_a_frame(inset: int) -> None:
    rgb = np.full((600, 600, 3), 252, np.uint8)
    rgb[150:450, 230:370] = (30, 90, 60)
    clean = matte(np.dstack([rgb, np.full((600, 600), 255, np.uint8)]), PhotoOptions())
    assert (clean.matte, clean.findings) == ("backdrop", ())
    for low, high in ((inset, inset + 1), (600 - inset - 1, 600 - inset)):
        rgb[low:high, inset:-inset] = rgb[inset:-inset, low:high] = 120
    framed = matte(np.dstack([rgb, np.full((600, 600), 255, np.uint8)]), PhotoOptions())
    assert [(found.code, found.severity) for found in framed.findings] == [("PHOTO_FRAMED", "error")]
