"""Mattes of photos without a plain backdrop, with the model that `make setup` fetches."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from benchmarks.matte_composites import composites
from vitrine.photos.decoding.decode import decode
from vitrine.photos.matting.learned_matte import local_backdrop
from vitrine.photos.matting.matte import matte
from vitrine.photos.matting.matte_evidence import iou
from vitrine.photos.matting.model_file import find_model
from vitrine.photos.prepare_photo import prepare_photo
from vitrine.recipe import PhotoOptions

OPTIONS = PhotoOptions()
needs_model = pytest.mark.skipif(
    find_model("") is None, reason="no salient-object model (`make setup` fetches it), or no onnxruntime"
)


def teapot(width: int = 640, height: int = 480) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """A red pot with a handle on a wooden table before a wall, with a contact shadow; and its true mask."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:height, :width]
    grain = ndimage.gaussian_filter(rng.normal(size=(height, width)), (1, 30)) * 160
    table = np.array([150, 108, 70]) + grain[..., None]
    wall = np.array([120, 140, 160]) + 60 * (x / width)[..., None] + 30 * np.sin(x / 40)[..., None]
    behind = np.where((y < 250)[..., None], wall, table)
    drawn = Image.new("L", (2 * width, 2 * height))
    draw = ImageDraw.Draw(drawn)
    draw.ellipse((760, 380, 1020, 640), outline=255, width=44)
    draw.ellipse((420, 280, 900, 740), fill=255)
    draw.ellipse((600, 230, 720, 300), fill=255)
    alpha = np.asarray(drawn.resize((width, height), Image.Resampling.BOX), np.float32)[..., None] / 255
    ground = ((x - 330) / 150) ** 2 + ((y - 372) / 14) ** 2 < 1
    behind = behind * (1 - 0.6 * ndimage.gaussian_filter(ground.astype(float), 4))[..., None]
    glow = np.exp(-((x - 290) ** 2 + (y - 210) ** 2) / 3000)[..., None]
    front = np.array([170, 40, 35]) * (1.1 - 0.4 * (x[..., None] - 210) / 240) + 120 * glow
    mixed = alpha * front + (1 - alpha) * behind + rng.normal(size=(height, width, 1)) * 2
    return np.clip(mixed, 0, 255).astype(np.uint8), alpha[..., 0] > 0.5


def headphones(shade: float) -> npt.NDArray[np.uint8]:
    """A dark ring with two cups before a white backdrop, which is darker inside the ring."""
    drawn = Image.new("L", (1200, 1200))
    draw = ImageDraw.Draw(drawn)
    draw.ellipse((220, 150, 980, 980), fill=255)
    draw.ellipse((300, 230, 900, 900), fill=0)
    for left in (180, 840):
        draw.rounded_rectangle((left, 530, left + 180, 900), 50, fill=255)
    alpha = np.asarray(drawn.resize((600, 600), Image.Resampling.BOX), np.float32)[..., None] / 255
    inside = ndimage.binary_fill_holes(alpha[..., 0] > 0.5) & ~(alpha[..., 0] > 0.5)
    light = 1 - (1 - shade) * ndimage.gaussian_filter(inside.astype(float), 8)
    noise = np.random.default_rng(1).normal(size=(600, 600, 1))
    mixed = alpha * 48 + (1 - alpha) * 246 * light[..., None] + noise
    return np.clip(np.repeat(mixed, 3, axis=-1), 0, 255).astype(np.uint8)


def opaque(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


@needs_model
def test_a_product_on_a_table_is_cut_out_without_its_shadow_and_its_handle_is_open() -> None:
    rgb, truth = teapot()
    assert matte(opaque(rgb), PhotoOptions(matte_model="off")).matte == "none"
    matted = matte(opaque(rgb), OPTIONS)
    mine = matted.rgba[..., 3] > 127
    assert (matted.matte, matted.findings) == ("learned", ())
    assert (mine & truth).sum() / (mine | truth).sum() > 0.93
    assert mine[378:390, 260:400].mean() < 0.02, "the contact shadow"
    assert not mine[255, 478], "through the handle"
    assert matted.rgba[250, 300, 3] == 255


@needs_model
def test_a_pattern_without_an_object_is_held_and_can_be_accepted(encode: Callable) -> None:
    tile = np.kron(
        np.random.default_rng(4).integers(0, 255, (8, 12, 3), np.uint8), np.ones((60, 60, 1), np.uint8)
    )
    data = encode(tile)
    photo = prepare_photo(data, "room.png", OPTIONS).photo
    (held,) = photo.holds
    assert (photo.matte, held.code, held.severity, photo.refusals) == ("none", "OBJECT_UNCLEAR", "error", ())
    assert held.measured is not None
    assert held.limit is not None
    assert held.message.startswith("no single object stands out from the photo: ")
    accepted = prepare_photo(data, "room.png", PhotoOptions(accept=("OBJECT_UNCLEAR",))).photo
    assert accepted.errors == ()


@needs_model
def test_an_unsure_matte_is_not_sent_but_judges_the_model(encode: Callable) -> None:
    rgb, truth = teapot()
    demanding = PhotoOptions(min_matte_agreement=1.0)
    prepared = prepare_photo(encode(rgb), "pot.png", demanding)
    assert (prepared.photo.matte, prepared.photo.errors) == ("none", ())
    assert "MATTE_UNSURE" in [f.code for f in prepared.photo.findings]
    assert prepared.photo.cut is not None
    assert prepared.photo.judge == prepared.photo.cut != prepared.photo.blob
    assert prepared.judge == prepared.cut != prepared.png
    matted = matte(opaque(rgb), demanding)
    assert matted.cut is not None
    assert matted.rgba[..., 3].min() == 255
    assert ((matted.cut[..., 3] > 127) == truth).mean() > 0.98


@needs_model
def test_options_of_the_matte_are_no_part_of_an_order(encode: Callable) -> None:
    data = encode(teapot()[0])
    options = PhotoOptions(margin=0.1, min_matte_agreement=0.95, max_matte_doubt=0.01, matte_model="off")
    assert prepare_photo(data, "pot.png", options)[1].identity.options == {"margin": 0.1}


@pytest.mark.parametrize("shade", [0.97, 0.9, 0.82])
def test_a_shaded_backdrop_inside_a_headband_is_found_from_the_photo(shade: float) -> None:
    matted = matte(opaque(headphones(shade)), PhotoOptions(matte_model="off"))
    (doubt,) = matted.findings
    assert (matted.matte, doubt.code) == ("none", "BACKDROP_ENCLOSED")
    assert doubt.measured is not None
    assert doubt.measured > 0.3
    assert matted.cut is not None


def test_what_shows_the_backdrop_exactly_is_opened() -> None:
    matted = matte(opaque(headphones(1.0)), PhotoOptions(matte_model="off"))
    assert (matted.matte, matted.findings) == ("backdrop", ())
    assert matted.rgba[280, 300, 3] == 0


def test_the_local_backdrop_reaches_behind_the_subject() -> None:
    ramp = np.repeat(np.linspace(0, 200, 320, dtype=np.float32)[None, :, None], 240, axis=0).repeat(3, axis=2)
    subject = np.zeros((240, 320), np.bool_)
    subject[80:160, 120:200] = True
    photo = np.where(subject[..., None], np.float32(255), ramp)
    found = local_backdrop(photo, subject)
    assert np.abs(found - ramp)[subject].max() < 40
    assert np.abs(found - ramp)[20:60, 60:260].max() < 15


@needs_model
@pytest.mark.usefixtures("shared_photos")
def test_of_two_unsure_mattes_the_one_without_enclosed_backdrop_judges() -> None:
    # Its shadow has a sharp edge, so the backdrop's colour does not tell it from the chair: IoU 0.70.
    photo = next(each for each in composites(1) if each.name == "chair · gradient")
    matted = matte(decode(photo.jpeg, photo.name, OPTIONS).rgba, OPTIONS)
    assert [each.code for each in matted.findings] == ["BACKDROP_ENCLOSED", "MATTE_UNSURE"]
    assert matted.cut is not None
    assert iou(matted.cut[..., 3] > 127, photo.alpha > 127) > 0.88
