"""Which photos are one photo that was saved twice."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from vitrine.photos.look_alike import MAX_HASH_BITS, look_alike, perceptual_hash

COLOUR = (176, 90, 60)


def draw(colour: tuple[int, int, int] = COLOUR, text: str = "", size: int = 600) -> Image.Image:
    """Return a photo with shading: a pot on white."""
    image = Image.new("RGB", (size, size), "white")
    pen = ImageDraw.Draw(image)
    for step in range(size // 4):
        shade = 1 - 0.5 * step / (size / 4)
        tone = tuple(round(value * shade) for value in colour)
        pen.ellipse([size // 5 + step, size // 4, 4 * size // 5 - step // 2, 5 * size // 6], fill=tone)
    pen.rectangle([size // 4, size // 8, size // 2, size // 4], fill=colour)
    pen.text((size // 2, size // 2), text, fill="white", font_size=24)
    return image.filter(ImageFilter.GaussianBlur(1))  # as a lens does


def saved(image: Image.Image, form: str = "JPEG", **options: int) -> np.ndarray:
    file = io.BytesIO()
    image.save(file, form, **options)
    return np.asarray(Image.open(file).convert("RGBA"))


def alike(one: np.ndarray, other: np.ndarray) -> bool:
    bits = (int(perceptual_hash(one), 16) ^ int(perceptual_hash(other), 16)).bit_count()
    return bits <= MAX_HASH_BITS and look_alike(one, other)


@pytest.mark.parametrize(
    ("form", "options"), [("JPEG", {"quality": 80}), ("WEBP", {"quality": 85}), ("PNG", {})]
)
def test_one_photo_in_another_file_is_the_same(form: str, options: dict[str, int]) -> None:
    assert alike(saved(draw(), quality=95), saved(draw(), form, **options))


@pytest.mark.parametrize(
    "other",
    [
        draw((170, 100, 60)),
        draw((168, 84, 55)),
        draw((60, 90, 176)),
        draw(text="250 ml"),
        draw(size=400),
        draw().transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        draw().crop((0, 0, 600, 500)),
        Image.new("RGB", (600, 600), "white"),
    ],
    ids=["hue", "darker", "blue", "label", "smaller", "mirrored", "cropped", "blank"],
)
def test_another_colour_label_or_view_is_another_photo(other: Image.Image) -> None:
    first = saved(draw(text="500 ml" if other.size == (600, 600) else ""), quality=95)
    plain = saved(draw(), quality=95)
    assert not look_alike(first, saved(other, quality=95)) or not look_alike(plain, saved(other, quality=95))


def test_two_labels_are_two_photos() -> None:
    assert not look_alike(saved(draw(text="250 ml"), quality=95), saved(draw(text="500 ml"), quality=95))
