"""`require_image`: contents are known by their bytes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vitrine.errors import PhotoError
from vitrine.photos.file_signature import require_image


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
        (b"glTF\x02\x00\x00\x00", "a GLB model"),
        (b"\x00\x00\x00\x18ftypisom", "a video"),
        (b"\x00\x01\x02\xfe\xff\x00\x00\x00\x00", "unknown content (begins 00 01 02 fe"),
    ],
)
def test_others_are_told_what_they_are(data: bytes, what: str) -> None:
    with pytest.raises(PhotoError) as caught:
        require_image(data, "mug.jpg")
    assert str(caught.value).startswith(f"mug.jpg: {what}")
    assert "not an image" in str(caught.value)
