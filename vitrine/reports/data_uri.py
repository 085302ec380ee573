"""Embed images into a report as data URIs, so that the report needs no other file."""

from __future__ import annotations

import base64
import io

from PIL import Image

THUMBNAIL_PX = 256
SHEET_BYTES = 90_000
"""The most bytes that a contact sheet may take of a report, which Prefect stores and sends as one text."""


def thumbnail_uri(poster: bytes) -> str:
    """Return a copy of an image, at most `THUMBNAIL_PX` wide and high, as a data URI (WebP)."""
    with Image.open(io.BytesIO(poster)) as opened:
        image = opened.convert("RGBA")
    image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    return _uri(_webp(image, 75))


def sheet_uri(sheet: bytes) -> str:
    """Return a contact sheet (WebP) as a data URI, encoded again if it takes more than `SHEET_BYTES`."""
    with Image.open(io.BytesIO(sheet)) as opened:
        image = opened.convert("RGB")
    for quality, scale in ((75, 1.0), (50, 1.0), (50, 0.7), (40, 0.5)):
        if len(sheet) > SHEET_BYTES:
            size = round(scale * image.width), round(scale * image.height)
            sheet = _webp(image.resize(size), quality)
    return _uri(sheet)


def _webp(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality)
    return out.getvalue()


def _uri(webp: bytes) -> str:
    return "data:image/webp;base64," + base64.b64encode(webp).decode()
