"""Pictures side by side with captions: a ladder of LODs beside its photo, for the report."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

GAP_PX = 12
CAPTION_PX = 40
INK = (70, 74, 82)


def contact_sheet(pictures: Sequence[tuple[str, bytes]], *, tile_px: int = 320, columns: int = 5) -> bytes:
    """One WebP from (caption, encoded picture) pairs, row by row on white; see-through parts show white.

    A caption may have two lines.

    Raises `ValueError` when there are no pictures.
    """
    if not pictures:
        raise ValueError("a contact sheet needs at least one picture")
    across = min(columns, len(pictures))
    down = -(-len(pictures) // across)
    step_x, step_y = tile_px + GAP_PX, tile_px + CAPTION_PX + GAP_PX
    sheet = Image.new("RGB", (across * step_x + GAP_PX, down * step_y + GAP_PX), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(13)
    for number, (caption, data) in enumerate(pictures):
        x, y = GAP_PX + number % across * step_x, GAP_PX + number // across * step_y
        with Image.open(io.BytesIO(data)) as opened:
            picture = opened.convert("RGBA")
        picture.thumbnail((tile_px, tile_px), Image.Resampling.LANCZOS)
        corner = (x + (tile_px - picture.width) // 2, y + (tile_px - picture.height) // 2)
        sheet.paste(picture, corner, picture)
        below = (x + tile_px / 2, y + tile_px + CAPTION_PX / 2)
        draw.text(below, caption, fill=INK, font=font, anchor="mm", align="center")
    file = io.BytesIO()
    sheet.save(file, "WEBP", quality=88, method=3)
    return file.getvalue()
