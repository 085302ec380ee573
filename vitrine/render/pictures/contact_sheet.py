"""Lay out images with captions in a grid, for reports."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

GAP_PX = 12
CAPTION_PX = 40
TEXT_COLOR = (70, 74, 82)


def contact_sheet(images: Sequence[tuple[str, bytes]], *, tile_px: int = 320, columns: int = 5) -> bytes:
    """Return a WebP of (caption, encoded image) pairs, row by row on white.

    Captions may have two lines.

    Raises
    ------
    ValueError
        When there are no images.
    """
    if not images:
        raise ValueError("a contact sheet needs at least one image")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    step_x, step_y = tile_px + GAP_PX, tile_px + CAPTION_PX + GAP_PX
    sheet = Image.new("RGB", (columns * step_x + GAP_PX, rows * step_y + GAP_PX), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(13)
    for number, (caption, data) in enumerate(images):
        x, y = GAP_PX + number % columns * step_x, GAP_PX + number // columns * step_y
        with Image.open(io.BytesIO(data)) as opened:
            image = opened.convert("RGBA")
        image.thumbnail((tile_px, tile_px), Image.Resampling.LANCZOS)
        corner = (x + (tile_px - image.width) // 2, y + (tile_px - image.height) // 2)
        sheet.paste(image, corner, image)
        below = (x + tile_px / 2, y + tile_px + CAPTION_PX / 2)
        draw.text(below, caption, fill=TEXT_COLOR, font=font, anchor="mm", align="center")
    file = io.BytesIO()
    sheet.save(file, "WEBP", quality=88, method=2)
    return file.getvalue()
