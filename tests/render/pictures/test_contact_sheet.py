from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vitrine.render.pictures.contact_sheet import contact_sheet


def test_a_contact_sheet_holds_every_image_and_caption():
    file = io.BytesIO()
    Image.new("RGB", (128, 128), (200, 90, 40)).save(file, "PNG")
    image = file.getvalue()
    sheet = Image.open(
        io.BytesIO(contact_sheet([("photo", image), ("100k", image), ("40k", image)], tile_px=100, columns=2))
    )
    assert sheet.size == (2 * 112 + 12, 2 * (100 + 40 + 12) + 12)
    grey = np.asarray(sheet.convert("L"))
    assert grey[12 + 40 : 12 + 60, 12 + 40 : 12 + 60].mean() < 250
    assert grey[12 + 100 : 12 + 126, 12:112].min() < 140  # the caption's text
    assert grey[150:, 130:].min() > 250  # the empty fourth tile


def test_a_contact_sheet_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        contact_sheet([])
