"""`require_image`: contents are known by their bytes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vitrine.errors import PhotoError
from vitrine.photos.decoding.file_signature import SUFFIXES, require_image


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "JPEG2000"])
def test_pictures_pass(encode: Callable, form: str) -> None:
    require_image(encode(np.zeros((16, 16, 3), np.uint8), form), "p")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "an empty file"),
        (b"Just some notes\nabout a mug.\n", "text"),
        ("Köln, 東京".encode(), "text"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html><html>", "an HTML page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG"),
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04abc", "a ZIP archive"),
        (b"\xff\x0a" + bytes(8), "a JPEG XL image"),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "a JPEG XL image"),
        (b"8BPS\x00\x01", "a Photoshop document (PSD)"),
        (b"\x00\x00\x01\x00\x07\x00\x10\x10", "a Windows icon (ICO)"),
        (b"qoif\x00\x00\x04\xb0", "a QOI image"),
        (bytes.fromhex("0000020001002020"), "a Windows cursor (CUR)"),
        (bytes.fromhex("0000020000000000"), "a Truevision image (TGA)"),
        (b"\x00\x00\x00\x18ftypcrx ", "a camera's raw photo (CR3)"),
        (b"\x00\x05\x16\x07\x00\x02", "an AppleDouble file"),
        (b"glTF\x02\x00\x00\x00", "a GLB model"),
        (b"\x00\x00\x00\x18ftypisom", "a video"),
        (b"\x00\x01\x02\xfe\xff\x00\x00\x00\x00", "unknown content (begins 00 01 02 fe"),
    ],
)
def test_others_are_told_what_they_are(data: bytes, what: str) -> None:
    with pytest.raises(PhotoError) as caught:
        require_image(data, "mug.jpg")
    assert str(caught.value).startswith(f"mug.jpg: {what}")
    assert "not an image" in str(caught.value) or "which is not read" in str(caught.value)


@pytest.mark.parametrize(
    ("brands", "form"),
    [
        (b"heic" + bytes(4) + b"mif1heic", "HEIC"),
        (b"hevc" + bytes(4) + b"msf1hevc", "HEIC"),
        (b"mif1" + bytes(4) + b"heicmif1", "HEIC"),
        (b"mif1" + bytes(4) + b"avifmiaf", "AVIF"),
        (b"avis" + bytes(4) + b"avifmsf1", "AVIF"),
        (b"mif1" + bytes(4) + b"miaf", "HEIC"),
    ],
)
def test_brands_of_heif(brands: bytes, form: str) -> None:
    head = (8 + len(brands)).to_bytes(4, "big") + b"ftyp" + brands
    assert require_image(head, "p") == form


def test_the_item_type_decides_where_no_brand_does() -> None:
    head = b"\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00miaf"
    assert require_image(head + b"\x00\x00\x00\x15infe\x02\x00\x00\x00\x00\x01\x00\x00av01", "p") == "AVIF"


def test_suffixes_are_named_in_one_place() -> None:
    assert {".jpg", ".jfif", ".heic", ".heif", ".avif", ".png", ".webp", ".tif", ".gif", ".bmp"} <= SUFFIXES
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in SUFFIXES)
