"""`matte`: whose alpha counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vitrine.photos.matting.matte import matte
from vitrine.recipe import PhotoOptions

OPTIONS = PhotoOptions(matte_model="off")
"""Without a learned matte, which `test_learned_matte.py` is about."""


def test_the_photos_own_alpha_wins(scene: Callable) -> None:
    rgba = scene(size=300).cutout
    matted = matte(rgba, OPTIONS)
    assert matted.matte == "own"
    np.testing.assert_array_equal(matted.rgba, rgba)


@pytest.mark.parametrize("alpha", [255, 252])
def test_an_opaque_alpha_is_none(scene: Callable, alpha: int) -> None:
    truth = scene(size=500)
    rgba = truth.opaque
    rgba[..., 3] = alpha
    matted = matte(rgba, OPTIONS)
    assert matted.matte == "backdrop"
    mine, true = matted.rgba[..., 3] > 127, truth.alpha > 0.5
    assert (mine & true).sum() / (mine | true).sum() > 0.985
    assert matted.findings == ()


def test_a_scene_is_left_to_the_provider() -> None:
    rng = np.random.default_rng(2)
    rgba = np.dstack([rng.integers(0, 255, (300, 300, 3)), np.full((300, 300), 255)]).astype(np.uint8)
    matted = matte(rgba, OPTIONS)
    assert (matted.matte, [f.code for f in matted.findings]) == ("none", ["BACKDROP_BUSY"])
    np.testing.assert_array_equal(matted.rgba, rgba)


def test_removal_can_be_turned_off(scene: Callable) -> None:
    matted = matte(scene(size=300).opaque, PhotoOptions(remove_backdrop=False))
    assert (matted.matte, matted.findings) == ("none", ())
    assert matted.rgba[..., 3].min() == 255


def test_white_on_white_is_a_finding_rather_than_garbage(scene: Callable) -> None:
    matted = matte(scene(size=500, colour=(250, 250, 250), backdrop=(255, 255, 255)).opaque, OPTIONS)
    assert (matted.matte, [f.code for f in matted.findings]) == ("none", ["OUTLINE_LOST"])
    doubt = matted.findings[0]
    assert doubt.measured is not None
    assert doubt.limit is not None
    assert doubt.measured > doubt.limit
    assert matted.rgba[..., 3].min() == 255


def test_an_empty_backdrop_shows_nothing() -> None:
    rgba = np.full((300, 300, 4), 255, np.uint8)
    assert [f.code for f in matte(rgba, OPTIONS).findings] == ["NOTHING_THERE"]


# Measured where they were looked at: (subject's share of the frame, see-through points, solid points).
STUDIO = {
    "chair": (
        0.177,
        [(95, 280), (118, 250), (140, 308), (194, 285), (220, 285), (420, 180)],
        [(130, 285), (450, 230)],
    ),
    "coffee_grinder": (0.206, [(110, 180), (450, 120)], [(120, 195), (110, 308), (150, 255), (400, 220)]),
    "espresso_machine": (
        0.401,
        [(250, 140), (440, 320)],
        [(80, 330), (95, 400), (235, 155), (330, 220)],
    ),
    "industrial_table": (
        0.1295,
        [(300, 300), (400, 200)],
        [(200, 350), (300, 128), (420, 420), (360, 475), (275, 213)],
    ),
    "nightstand": (0.372, [(450, 250), (500, 100)], [(240, 200), (370, 250), (450, 181), (510, 342)]),
    "tall_plant": (
        0.119,
        [(100, 150), (230, 320)],
        [(20, 267), (60, 250), (95, 320), (300, 255), (420, 250)],
    ),
}


@pytest.mark.parametrize("name", STUDIO)
def test_studio_photos_come_out_clean(shared_photos: Path, name: str) -> None:
    share, through, solid = STUDIO[name]
    rgba = np.array(Image.open(shared_photos / "studio" / f"{name}.png").convert("RGBA"))
    matted = matte(rgba, OPTIONS)
    alpha = matted.rgba[..., 3]
    assert (matted.matte, matted.findings) == ("backdrop", ())
    assert (alpha > 127).mean() == pytest.approx(share, abs=0.003)
    assert not any(alpha[point] for point in through)
    assert all(alpha[point] > 240 for point in solid)
    # No halo: what is faint has the subject's colour, not the backdrop's (230, 235, 240).
    faint = matted.rgba[(alpha > 20) & (alpha < 128)]
    pale = (np.abs(faint[:, :3].astype(int) - (230, 235, 240)).max(axis=1) < 12).mean()
    assert pale < (0.2 if name == "coffee_grinder" else 0.02)
