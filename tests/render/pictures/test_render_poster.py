"""Posters, turntables and contact sheets, as files."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vitrine.errors import ModelError
from vitrine.gltf.model import Model
from vitrine.recipe import PosterOptions, TurntableOptions
from vitrine.render.pictures.contact_sheet import contact_sheet
from vitrine.render.pictures.render_poster import render_poster, render_posters
from vitrine.render.pictures.render_turntable import render_turntable

SMALL = PosterOptions(size_px=128)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_poster_is_see_through_webp_with_a_shadow(box):
    picture = opened(render_poster(box((-1, 0, -1), (1, 2, 1)), SMALL))
    assert (picture.format, picture.mode, picture.size) == ("WEBP", "RGBA", (128, 128))
    alpha = np.asarray(picture)[..., 3]
    assert alpha[64, 64] == 255
    assert alpha[0].max() == alpha[-1].max() == alpha[:, 0].max() == alpha[:, -1].max() == 0
    soft = (alpha > 25) & (alpha < 200)
    assert soft.sum() > 200
    assert np.asarray(picture)[soft][:, :3].mean() < 60


def test_a_white_poster_has_no_alpha(box):
    picture = opened(render_poster(box(), SMALL.model_copy(update={"ground": "white"})))
    assert picture.mode == "RGB"
    corners = np.asarray(picture)[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners.min() >= 253


def test_a_poster_may_be_png_and_keeps_every_bit(box):
    options = SMALL.model_copy(update={"format": "png"})
    picture = opened(render_poster(box(), options))
    assert (picture.format, picture.mode) == ("PNG", "RGBA")


def test_both_formats_show_the_same(box):
    webp, png = render_posters(box(), SMALL.model_copy(update={"format": "both", "quality": 100}))
    assert (webp.role, webp.media_type, opened(webp.data).format) == ("poster", "image/webp", "WEBP")
    assert (png.role, png.media_type, opened(png.data).format) == ("poster-png", "image/png", "PNG")
    one, other = (np.asarray(opened(file.data)).astype(int) for file in (webp, png))
    assert (one[..., 3] == other[..., 3]).all()
    assert np.abs(one - other)[one[..., 3] > 0].mean() < 3
    assert webp.data == render_poster(box(), SMALL.model_copy(update={"quality": 100}))


def test_equal_arguments_give_equal_bytes(sphere):
    model = sphere(rings=20)
    assert render_poster(model, SMALL) == render_poster(model, SMALL)


def test_the_product_fills_its_frame(box):
    alpha = np.asarray(opened(render_poster(box((0, 0, 0), (0.1, 0.3, 0.1)), SMALL)))[..., 3] == 255
    rows = np.nonzero(alpha.any(axis=1))[0]
    assert rows.max() - rows.min() + 1 == pytest.approx(128 * 0.86, abs=2)


def test_an_empty_model_is_a_named_error():
    with pytest.raises(ModelError, match="nothing to render"):
        render_poster(Model(()), SMALL)


def test_a_turntable_turns_once_without_breathing(box):
    options = TurntableOptions(size_px=64, frames=8, turn_s=2.0)
    film = opened(render_turntable(box((-1, 0, -0.3), (1, 1, 0.3)), options))
    assert (film.format, film.n_frames, film.info["loop"]) == ("WEBP", 8, 0)
    shown, times = [], []
    for number in range(8):
        film.seek(number)
        film.load()
        times.append(film.info["duration"])
        shown.append(np.asarray(film.convert("L")).astype(int))
    assert times == [250] * 8
    widths = [int((frame < 200).any(axis=0).sum()) for frame in shown]
    assert max(widths) <= 64 * 0.92
    # A box is the same after half a turn, but the side in the light is not the same after a quarter.
    assert np.abs(shown[0] - shown[4]).mean() < np.abs(shown[0] - shown[2]).mean() / 3


def test_a_contact_sheet_holds_every_picture_and_caption(box):
    poster = render_poster(box(), SMALL)
    sheet = opened(
        contact_sheet([("photo", poster), ("100k", poster), ("40k", poster)], tile_px=100, columns=2)
    )
    assert sheet.size == (2 * 112 + 12, 2 * (100 + 40 + 12) + 12)
    grey = np.asarray(sheet.convert("L"))
    assert grey[12 + 40 : 12 + 60, 12 + 40 : 12 + 60].mean() < 250
    assert grey[12 + 100 : 12 + 126, 12:112].min() < 140  # the caption's ink
    assert grey[150:, 130:].min() > 250  # the empty fourth place


def test_a_contact_sheet_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        contact_sheet([])
