"""`prepare_photo`: the whole road, from bytes to a square PNG."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from vitrine.errors import PhotoError
from vitrine.photos.crop import bounding_box
from vitrine.photos.prepare_photo import prepare_photo
from vitrine.recipe import PhotoOptions

OPTIONS = PhotoOptions()


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)))


def test_a_studio_photo_becomes_a_centred_square(scene: Callable, encode: Callable) -> None:
    png, prepared, *_ = prepare_photo(encode(scene(size=900).rgb, "JPEG", quality=92), "chair.jpg", OPTIONS)
    assert (prepared.matte, prepared.findings, prepared.errors) == ("backdrop", (), ())
    picture = pixels(png)
    assert picture.shape == (prepared.height_px, prepared.width_px, 4)
    box = bounding_box(picture[..., 3])
    assert box is not None
    left, top, right, bottom = box
    side = prepared.width_px
    assert prepared.height_px == side <= 1024
    assert max(right - left, bottom - top) == pytest.approx(0.9 * side, abs=3)
    assert abs(left + right - side) <= 3
    assert abs(top + bottom - side) <= 3


def test_equal_photos_give_equal_bytes(scene: Callable, encode: Callable) -> None:
    data = encode(scene(size=400).rgb)
    assert prepare_photo(data, "a", OPTIONS) == prepare_photo(data, "a", OPTIONS)


def test_a_scene_stays_whole_and_opaque(encode: Callable) -> None:
    rng = np.random.default_rng(4)
    data = encode(np.kron(rng.integers(0, 255, (8, 12, 3), np.uint8), np.ones((90, 90, 1), np.uint8)))
    png, prepared, *_ = prepare_photo(data, "room.png", PhotoOptions(matte_model="off"))
    assert prepared.matte == "none"
    assert [f.code for f in prepared.findings] == ["BACKDROP_KEPT"]
    assert pixels(png).shape == (1024, 1024, 3)


def test_the_original_decides_what_is_small(scene: Callable, encode: Callable) -> None:
    big = Image.fromarray(scene(size=600).rgb).resize((3000, 3000), Image.Resampling.BICUBIC)
    prepared = prepare_photo(encode(big, "JPEG", quality=92), "big.jpg", PhotoOptions(max_px=256)).photo
    assert prepared.width_px == 256
    assert "PHOTO_SMALL" not in [f.code for f in prepared.findings]


def test_one_pixel_is_an_error_and_not_a_crash(encode: Callable) -> None:
    prepared = prepare_photo(encode(np.zeros((1, 1, 3), np.uint8)), "dot.png", OPTIONS).photo
    assert [f.code for f in prepared.errors] == ["PHOTO_TOO_SMALL"]


@pytest.mark.parametrize("shape", [(1, 2000), (2000, 1), (3, 5), (40, 40), (17, 900)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P"])
def test_odd_shapes_do_not_crash(encode: Callable, shape: tuple[int, int], mode: str) -> None:
    rng = np.random.default_rng(9)
    data = encode(Image.fromarray(rng.integers(0, 255, (*shape, 4), np.uint8)).convert(mode))
    prepared = prepare_photo(data, "odd.png", OPTIONS).photo
    assert prepared.width_px == prepared.height_px <= 1024


def test_text_named_like_a_photo_is_refused() -> None:
    with pytest.raises(PhotoError, match=r"^mug\.jpg: text, not an image"):
        prepare_photo(b"hello, I am a note\n", "mug.jpg", OPTIONS)


@pytest.mark.parametrize(
    "name",
    ["chair", "coffee_grinder", "espresso_machine", "industrial_table", "nightstand", "tall_plant"],
)
def test_studio_photos_may_be_bought(shared_photos: Path, name: str) -> None:
    prepared = prepare_photo((shared_photos / "studio" / f"{name}.png").read_bytes(), name, OPTIONS).photo
    assert prepared.matte == "backdrop"
    # They are 500 px photos: true, and all there is to say.
    assert [f.code for f in prepared.findings] == ["PHOTO_SMALL"]


def test_24_megapixels_take_a_moment(scene: Callable, encode: Callable) -> None:
    """Shrunk before the heavy work: about a second of one core here, and never ten."""
    big = Image.fromarray(scene(size=800).rgb).resize((4900, 4900), Image.Resampling.BILINEAR)
    data = encode(big, "JPEG", quality=85)
    start = time.process_time()
    prepared = prepare_photo(data, "big.jpg", OPTIONS).photo
    assert time.process_time() - start < 10
    assert prepared.matte == "backdrop"


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
def test_an_animation_whose_first_frame_is_blank(scene: Callable, encode: Callable, form: str) -> None:
    blank, good = Image.new("RGB", (600, 600), "white"), Image.fromarray(scene(size=600).rgb)
    data = encode(blank, form, save_all=True, append_images=[good, blank])
    photo = prepare_photo(data, "p", PhotoOptions()).photo
    assert [f.code for f in photo.errors] == ["FRAME_BLANK"]
    assert "animated" in photo.errors[0].message
    data = encode(good, form, save_all=True, append_images=[blank])
    photo = prepare_photo(data, "p", PhotoOptions()).photo
    assert photo.errors == ()


def test_errors_that_the_recipe_accepts_do_not_stop(encode: Callable) -> None:
    data = encode(np.full((400, 400, 3), 255, np.uint8))
    photo = prepare_photo(data, "p", PhotoOptions(accept=("NOTHING_THERE",))).photo
    assert [(f.code, f.severity) for f in photo.findings] == [("NOTHING_THERE", "warning")]
    assert photo.errors == ()


def test_dust_and_haze_do_not_move_the_crop(scene: Callable, encode: Callable) -> None:
    clean = scene(size=600).cutout
    dusty = clean.copy()
    dusty[0, 0] = dusty[-1, -1] = (9, 9, 9, 255)
    dusty[..., 3] = np.maximum(dusty[..., 3], 2)
    sizes = [prepare_photo(encode(p), "p", PhotoOptions())[1].width_px for p in (clean, dusty)]
    assert sizes[0] == sizes[1]


def test_an_inverted_alpha_is_refused(scene: Callable, encode: Callable) -> None:
    rgba = scene(size=600, gradient=0.01, shadow=0).cutout
    rgba[..., 3] = 255 - rgba[..., 3]
    photo = prepare_photo(encode(rgba), "p", PhotoOptions()).photo
    assert [f.code for f in photo.errors] == ["ALPHA_INVERTED"]


@pytest.mark.parametrize("alpha", [254, 240, 100])
def test_an_even_alpha_is_no_matte(scene: Callable, encode: Callable, alpha: int) -> None:
    rgba = scene(size=600).opaque
    rgba[..., 3] = alpha
    assert prepare_photo(encode(rgba), "p", PhotoOptions())[1].matte == "backdrop"


def test_white_print_is_no_hole(encode: Callable) -> None:
    picture = Image.new("RGB", (800, 800), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((200, 150, 600, 650), fill=(160, 40, 30))
    draw.rectangle((300, 300, 312, 420), fill="white")  # a letter's stroke
    draw.rectangle((400, 450, 520, 600), fill="white")  # an opening
    png = prepare_photo(encode(picture), "p", PhotoOptions()).png
    alpha = np.asarray(Image.open(io.BytesIO(png)))[..., 3]
    hidden = (alpha[60:-60, 90:-90] < 128).sum()
    assert hidden == pytest.approx(121 * 151, rel=0.04)
