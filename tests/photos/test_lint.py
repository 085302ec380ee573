"""`lint_photo`: each code on a photo that deserves it, none on photos that do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from vitrine.findings import PHOTO
from vitrine.models import Finding
from vitrine.photos.decoding.decode import decode
from vitrine.photos.findings import MESSAGES
from vitrine.photos.lint import lint_photo
from vitrine.photos.matting.matte import matte
from vitrine.recipe import PhotoOptions

OPTIONS = PhotoOptions(matte_model="off")
"""Without a learned matte, which other tests are about."""


def lint(rgba: np.ndarray, scale: float = 1.0) -> tuple[Finding, ...]:
    return lint_photo(rgba, matte(rgba, OPTIONS), scale, OPTIONS)


def codes(rgba: np.ndarray, scale: float = 1.0) -> list[str]:
    return [f.code for f in lint(rgba, scale)]


def cutout(*boxes: tuple[int, int, int, int], size: int = 800, alpha: int = 255) -> np.ndarray:
    """Checkered boxes in a transparent square."""
    y, x = np.mgrid[:size, :size]
    level = np.where((x // 16 + y // 16) % 2, 200, 60).astype(np.uint8)
    mask = np.zeros((size, size), np.uint8)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = alpha
    return np.dstack([level, level, level, mask])


def test_a_good_cutout_and_a_good_studio_photo_have_no_findings(scene: Callable) -> None:
    assert codes(cutout((100, 100, 700, 700))) == []
    assert codes(scene(size=900).opaque) == []


@pytest.mark.parametrize(
    ("length", "scale", "code", "limit"),
    [
        (200, 1.0, ["PHOTO_TOO_SMALL"], 256),
        (300, 1.0, ["PHOTO_SMALL"], 512),
        (200, 3.0, [], None),
        (600, 1.0, [], None),
    ],
)
def test_small_subjects(length: int, scale: float, code: list[str], limit: float | None) -> None:
    found = lint(cutout((50, 50, 50 + length, 150)), scale)
    assert [f.code for f in found] == code
    assert [(f.measured, f.limit) for f in found] == ([(length * scale, limit)] if code else [])


@pytest.mark.parametrize(("sigma", "code"), [(0, []), (5.5, ["PHOTO_SOFT"]), (9, ["PHOTO_BLURRED"])])
@pytest.mark.parametrize("kind", ["cutout", "studio", "scene"])
def test_blurred_photos(scene: Callable, sigma: float, code: list[str], kind: str) -> None:
    if kind == "cutout":
        rgba = cutout((50, 50, 750, 750), size=800)
        step = rgba[..., :3].repeat(1, axis=0)
        step[:] = np.where((np.indices((800, 800)).sum(axis=0) // 90 % 2)[..., None], 200, 60)
        rgba[..., :3] = np.asarray(Image.fromarray(step).filter(ImageFilter.GaussianBlur(sigma * 0.8)))
    elif kind == "studio":
        rgba = scene(size=900, noise=0.5).opaque
        rgba[..., :3] = np.asarray(
            Image.fromarray(rgba[..., :3]).filter(ImageFilter.GaussianBlur(sigma * 0.7))
        )
    else:
        rng = np.random.default_rng(5)
        blocks = np.kron(rng.integers(0, 255, (10, 10, 3), np.uint8), np.ones((90, 90, 1), np.uint8))
        blurred = np.asarray(Image.fromarray(blocks).filter(ImageFilter.GaussianBlur(sigma)))
        rgba = np.dstack([blurred, np.full((900, 900), 255, np.uint8)])
    # Blur also closes the gaps between the slats, and that is found, too.
    assert [c for c in codes(rgba) if c not in ("BACKDROP_KEPT", "BACKDROP_ENCLOSED")] == code


def test_nothing_there() -> None:
    rng = np.random.default_rng(0)
    rgba = np.full((600, 600, 4), 255, np.uint8)
    rgba[..., :3] = np.clip(235 + rng.normal(size=(600, 600, 3)), 0, 255)
    assert codes(rgba) == ["NOTHING_THERE"]


def test_a_black_frame_shows_nothing() -> None:
    rgba = np.zeros((600, 600, 4), np.uint8)
    rgba[..., 3] = 255
    assert codes(rgba) == ["NOTHING_THERE"]


def test_a_near_empty_matte() -> None:
    (found,) = lint(cutout((10, 10, 60, 60)))
    assert (found.code, found.severity) == ("MATTE_EMPTY", "error")
    assert found.measured == pytest.approx(2500 / 640_000)
    assert found.limit == OPTIONS.min_coverage


def test_a_wholly_transparent_photo() -> None:
    assert codes(np.zeros((500, 500, 4), np.uint8)) == ["MATTE_EMPTY"]


@pytest.mark.parametrize(("alpha", "code"), [(204, ["ALPHA_WEAK"]), (205, [])])
def test_weak_alpha(alpha: int, code: list[str]) -> None:
    found = lint(cutout((100, 100, 700, 700), alpha=alpha))
    assert [f.code for f in found] == code
    assert [(f.measured, f.limit) for f in found] == ([(204, 204)] if code else [])


def test_a_subject_cut_by_the_frame(scene: Callable) -> None:
    found = lint(scene(size=900, frame=0.35).opaque)
    assert [(f.code, f.severity) for f in found] == [("SUBJECT_CUT", "error")]
    assert found[0].measured is not None
    assert 0.2 < found[0].measured < 0.4


def test_a_cutout_trimmed_to_its_outline_only_touches() -> None:
    found = lint(cutout((0, 0, 800, 600)))
    assert [(f.code, f.severity) for f in found] == [("SUBJECT_TOUCHES", "warning")]


def test_several_subjects() -> None:
    (found,) = lint(cutout((50, 50, 350, 700), (450, 50, 750, 700)))
    assert (found.code, found.severity, found.measured) == ("SEVERAL_SUBJECTS", "warning", 2)


def test_parts_and_crumbs_are_no_subjects_of_their_own() -> None:
    assert codes(cutout((50, 50, 395, 700), (400, 50, 750, 700))) == []
    assert codes(cutout((50, 50, 650, 700), (700, 50, 760, 120))) == []


def test_one_pixel_is_too_small() -> None:
    assert "PHOTO_TOO_SMALL" in codes(np.full((1, 1, 4), 255, np.uint8))


def test_white_on_white_is_held(scene: Callable) -> None:
    assert codes(scene(size=700, colour=(250, 250, 250), backdrop=(255, 255, 255)).opaque) == ["OUTLINE_LOST"]


def test_two_subjects_may_be_a_pair_and_three_are_a_collage() -> None:
    boxes = [(40, 40, 240, 740), (280, 40, 480, 740), (520, 40, 720, 740)]
    pair, three = (np.max([cutout(box) for box in boxes[:n]], axis=0) for n in (2, 3))
    assert [(f.code, f.severity) for f in lint(pair)] == [("SEVERAL_SUBJECTS", "warning")]
    assert [(f.code, f.severity) for f in lint(three)] == [("SEVERAL_SUBJECTS", "error")]


def test_a_broom_names_its_ratio(scene: Callable) -> None:
    found = lint(cutout((50, 380, 750, 408)))
    assert [(f.code, f.measured) for f in found if f.code == "PHOTO_ELONGATED"] == [("PHOTO_ELONGATED", 25.0)]
    assert "PHOTO_ELONGATED" not in codes(scene(size=700).opaque)


def test_an_enlarged_photo_is_told(scene: Callable) -> None:
    small = Image.fromarray(scene(size=200, noise=0).opaque)
    assert "PHOTO_UPSCALED" in codes(np.array(small.resize((1400, 1400), Image.Resampling.BICUBIC)))
    assert "PHOTO_UPSCALED" not in codes(scene(size=1400).opaque)


def test_a_dark_photo_is_told(scene: Callable) -> None:
    dark = scene(size=700, colour=(30, 8, 5), backdrop=(12, 12, 12), noise=0.2)
    assert "PHOTO_DARK" in codes(dark.opaque)


WITHOUT_NUMBERS = ("BACKDROP_KEPT", "OBJECT_UNCLEAR", "MATTE_UNSURE")
"""The last two name the measure that misses its limit, behind the message."""


OF_THE_CHOICE = {"PHOTO_CHOSEN", "PHOTO_SHARED"}
"""Their messages are written where photos are chosen and shared."""


def test_every_code_has_a_message_with_its_numbers() -> None:
    assert MESSAGES.keys() == PHOTO.keys() - OF_THE_CHOICE
    for code, message in MESSAGES.items():
        assert message.format(measured=12.5, limit=99.5) != message or code in WITHOUT_NUMBERS


def test_real_cutouts_are_clean(shared_photos: Path) -> None:
    photos = sorted((shared_photos / "cutout").glob("*.webp"))
    assert len(photos) == 16
    found = {path.stem: codes(decode(path.read_bytes(), path.name, OPTIONS).rgba) for path in photos}
    assert found == {path.stem: [] for path in photos}
