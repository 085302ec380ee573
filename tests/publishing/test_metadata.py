"""What is published has no EXIF, colour profile or XMP of what came in."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.fixtures.meshes import sphere
from vitrine.gltf import Material, Model, Texture, write_glb
from vitrine.lods.build_ar import build_ar
from vitrine.lods.build_lods import build_lods
from vitrine.photos.prepare_photo import prepare_photo
from vitrine.recipe import ArOptions, Level, PhotoOptions, PosterOptions, RepairOptions, WebOptions
from vitrine.render.pictures.render_poster import render_poster
from vitrine.repair.repair_model import repair_model

SECRET = b"48.8583N-2.2945E"
MARKS = (
    SECRET,
    b"Exif",
    b"EXIF",
    b"eXIf",
    b"ICC_PROFILE",
    b"iCCP",
    b"ICCP",
    b"ns.adobe.com",
    b"XMP ",
    b"tEXt",
)


def image(form: str) -> bytes:
    """A photo with all of it: a place, a profile, and a packet of XMP."""
    y, x = np.mgrid[:600, :600]
    inside = (x - 300) ** 2 + (y - 300) ** 2 < 200**2
    pixels = np.where(inside[..., None], np.dstack([x % 200, y % 190, x * 0 + 90]), 255).astype(np.uint8)
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    out = io.BytesIO()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>http://ns.adobe.com/xap/1.0/ " + SECRET + b"</x:xmpmeta>"
    Image.fromarray(pixels).save(out, form, exif=exif, icc_profile=profile, xmp=xmp)
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_metadata_goes_into_no_published_file(form: str) -> None:
    photo = image(form)
    assert SECRET in photo
    texture = Texture(photo, f"image/{form.lower()}")
    raw = write_glb(Model((sphere(8),), (Material(base_color=texture),)))
    glb, _ = repair_model(raw, RepairOptions(), None)
    published = [
        prepare_photo(photo, "photo", PhotoOptions(matte_model="off"))[0],
        build_lods(glb, (Level(triangles=60, texture_px=64),), WebOptions(), jobs=1)[0].data,
        build_ar(glb, ArOptions(triangles=60, texture_px=64), jobs=1).data,
        *(file.data for file in render_poster(Model((sphere(8),)), PosterOptions(size_px=64, format="both"))),
    ]
    for number, data in enumerate(published):
        assert not [mark for mark in MARKS if mark in data], number
