"""Posters as files."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vitrine.errors import ModelError
from vitrine.gltf.model import Model
from vitrine.recipe import PosterOptions
from vitrine.render.pictures.render_poster import render_poster, render_poster_image

SMALL = PosterOptions(size_px=128)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_poster_is_see_through_webp_with_a_shadow(box):
    image = opened(render_poster_image(box((-1, 0, -1), (1, 2, 1)), SMALL))
    assert (image.format, image.mode, image.size) == ("WEBP", "RGBA", (128, 128))
    alpha = np.asarray(image)[..., 3]
    assert alpha[64, 64] == 255
    assert alpha[0].max() == alpha[-1].max() == alpha[:, 0].max() == alpha[:, -1].max() == 0
    soft = (alpha > 25) & (alpha < 200)
    assert soft.sum() > 200
    assert np.asarray(image)[soft][:, :3].mean() < 60


def test_a_white_poster_has_no_alpha(box):
    image = opened(render_poster_image(box(), SMALL.model_copy(update={"ground": "white"})))
    assert image.mode == "RGB"
    corners = np.asarray(image)[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners.min() >= 253


def test_a_poster_may_be_png_and_keeps_every_bit(box):
    options = SMALL.model_copy(update={"format": "png"})
    image = opened(render_poster_image(box(), options))
    assert (image.format, image.mode) == ("PNG", "RGBA")


def test_both_formats_show_the_same(box):
    webp, png = render_poster(box(), SMALL.model_copy(update={"format": "both", "quality": 100}))
    assert (webp.role, webp.media_type, opened(webp.data).format) == ("poster", "image/webp", "WEBP")
    assert (png.role, png.media_type, opened(png.data).format) == ("poster-png", "image/png", "PNG")
    one, other = (np.asarray(opened(file.data)).astype(int) for file in (webp, png))
    assert (one[..., 3] == other[..., 3]).all()
    assert np.abs(one - other)[one[..., 3] > 0].mean() < 3
    assert webp.data == render_poster_image(box(), SMALL.model_copy(update={"quality": 100}))


def test_equal_arguments_give_equal_bytes(sphere):
    model = sphere(rings=20)
    assert render_poster_image(model, SMALL) == render_poster_image(model, SMALL)


def test_the_product_fills_its_frame(box):
    alpha = np.asarray(opened(render_poster_image(box((0, 0, 0), (0.1, 0.3, 0.1)), SMALL)))[..., 3] == 255
    rows = np.nonzero(alpha.any(axis=1))[0]
    assert rows.max() - rows.min() + 1 == pytest.approx(128 * 0.86, abs=2)


def test_an_empty_model_is_a_named_error():
    with pytest.raises(ModelError, match="nothing to render"):
        render_poster_image(Model(()), SMALL)
