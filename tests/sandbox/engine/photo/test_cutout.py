"""Which pixels are the subject, by TRELLIS.2's rules of input."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vitrine.sandbox.engine.errors import EngineError
from vitrine.sandbox.engine.photo.cutout import cut_out


def encoded(image: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def square(mode: str, inside: tuple[int, ...], outside: tuple[int, ...]) -> Image.Image:
    image = Image.new(mode, (120, 120), outside)
    image.paste(inside, (40, 20, 100, 100))
    return image


def test_the_alpha_channel_is_the_matte_and_the_subject_is_cropped_with_a_border():
    cutout = cut_out(encoded(square("RGBA", (255, 0, 0, 255), (0, 255, 0, 0))))
    assert cutout.alpha.shape == (80 + 8, 60 + 8)
    assert (cutout.alpha[4:-4, 4:-4] == 1).all()
    assert cutout.alpha.sum() == 80 * 60
    assert (cutout.rgb[4:-4, 4:-4] == (1, 0, 0)).all()


def test_other_modes_have_no_alpha_so_the_backdrop_is_removed():
    gray_alpha = square("LA", (40, 255), (220, 0))
    palette = square("RGB", (40, 40, 40), (220, 220, 220)).quantize(4)
    for image, options in ((gray_alpha, {}), (palette, {"transparency": 0})):
        cutout = cut_out(encoded(image, **options))
        height, width = cutout.alpha.shape
        assert abs(height - 88) <= 6
        assert abs(width - 68) <= 6


def test_exif_rotation_is_ignored():
    image = square("RGBA", (255, 0, 0, 255), (0, 0, 0, 0))
    exif = Image.Exif()
    exif[0x0112] = 6
    assert np.array_equal(cut_out(encoded(image, exif=exif)).alpha, cut_out(encoded(image)).alpha)


def test_large_photos_are_read_at_1024_and_very_large_ones_are_refused():
    image = Image.new("RGBA", (3000, 1500), (9, 9, 9, 255))
    image.putpixel((0, 0), (0, 0, 0, 0))
    assert cut_out(encoded(image)).alpha.shape == (512 + 8, 1024 + 8)
    with pytest.raises(EngineError, match=r"20000×20000 px|decompression bomb"):
        cut_out(encoded(Image.new("1", (20_000, 20_000))))


def test_small_components_of_the_matte_are_dropped_and_parts_are_kept():
    image = square("RGBA", (255, 0, 0, 255), (0, 0, 0, 0))
    image.paste((0, 0, 255, 255), (2, 2, 12, 12))
    image.paste((0, 0, 255, 255), (110, 110, 112, 112))
    assert cut_out(encoded(image)).alpha.sum() == 80 * 60 + 100
