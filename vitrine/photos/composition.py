"""Find photos that are made of several: collages, frames and banners."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vitrine.models import Finding
from vitrine.photos.findings import photo_finding
from vitrine.photos.matting.backdrop import Mask, max_channel_difference

EDGE_STEP = 12
"""Least difference across a straight border, in 8-bit levels; JPEG blurs it over two pixels."""
FULL_LENGTH = 0.95
"""Least share of a row or column of pixels that a straight border covers."""
TEXTURE = 0.7
"""Share of a column with such differences, which a border exceeds and a column on each side of it does not.
In texture and noise all columns have more, up to the outline of the product."""
MAX_SEAMS = 4
"""Most borders side by side: more are a pattern of tiles, checks or blinds."""
LINE_TOLERANCE = 12
"""Largest difference within a frame's colour, in 8-bit levels."""
FRAME_STEP = 24
"""Least difference between a frame and what it surrounds, in 8-bit levels."""
MAX_FRAME = 0.2
"""Widest frame, as a fraction of the photo's shorter side; more is a product on a backdrop."""
EVEN_FRAME = 0.02
"""Largest difference of the widths of a frame's sides, as a fraction of the photo's shorter side."""
WHITE = 235
"""Least level of a studio's white backdrop, around which a photo has no frame."""
MARGIN = 0.1
"""Fraction of the photo at each side where a straight border is a frame's or a banner's, not a collage's."""

Pixels = npt.NDArray[np.uint8]
Sides = tuple[int, int, int, int]


def check_composition(rgb: Pixels) -> list[Finding]:
    """Return what shows that an opaque photo, (h, w, 3) uint8, is not one picture of one scene."""
    frame = frame_width(rgb)
    if frame is not None:
        return [photo_finding("PHOTO_FRAMED", measured=frame, limit=0)]
    panels = panel_count(rgb)
    return [photo_finding("PHOTO_COLLAGE", measured=panels, limit=1)] if panels > 1 else []


def frame_width(rgb: Pixels) -> float | None:
    """Return the width of the frame around a photo, as a fraction of its shorter side; `None` for none.

    A frame has one colour, which is not a studio's white, and the same width on all sides. It ends on a
    straight line along the whole of each side.
    """
    shorter = min(rgb.shape[:2])
    depths = [_band_depth(side, round(MAX_FRAME * shorter)) for side in _sides(rgb)]
    if min(depths) < 1 or max(depths) - min(depths) > max(3, EVEN_FRAME * shorter):
        return None
    colours = np.array([np.median(side[: max(1, depths[0] // 2)], axis=(0, 1)) for side in _sides(rgb)])
    if np.ptp(colours, axis=0).max() > 2 * LINE_TOLERANCE or colours.min() >= WHITE:
        return None
    return float(max(depths) / shorter)


def banner_depth(rgb: Pixels) -> float | None:
    """Return the depth of a band along one side of a photo, as a fraction of its size; `None` for none."""
    depths = [_band_depth(side, round(2 * MAX_FRAME * side.shape[0])) / side.shape[0] for side in _sides(rgb)]
    return max(depths) if max(depths) > 0 else None


def panel_count(rgb: Pixels) -> int:
    """Return how many pictures straight borders from side to side divide a photo into, 1 for a photo.

    One horizontal border alone may be a table's edge or the horizon.
    """
    across, down = _seams(rgb), _seams(rgb.transpose(1, 0, 2))
    if not across or max(len(across), len(down)) > MAX_SEAMS:
        return 1
    return (len(across) + 1) * (len(down) + 1)


def _sides(rgb: Pixels) -> tuple[Pixels, Pixels, Pixels, Pixels]:
    """Return the photo four times, turned so that the rows start at its top, bottom, left and right."""
    turned = rgb.transpose(1, 0, 2)
    return rgb, rgb[::-1], turned, turned[::-1]


def _band_depth(rows: Pixels, limit: int) -> int:
    """Return how many rows from the first on have one colour, up to a straight border; 0 for none.

    The ends of the rows, which the frame's other sides cover, do not count.
    """
    reach = min(limit + 4, len(rows) // 2)
    if reach < 4:
        return 0
    across = rows.shape[1]
    ends = min(limit, across // 4)
    part = rows[:reach, ends : across - ends].astype(np.int16)
    colour = np.median(part[0], axis=0)
    same = max_channel_difference(part, colour) <= LINE_TOLERANCE
    filled = same.mean(axis=1) > 0.6
    depth = int(np.argmin(filled)) if not filled.all() else 0
    if not 1 <= depth <= limit or depth + 4 > reach:
        return 0
    before = max_channel_difference(part[max(0, depth - 2)], colour) <= 2 * LINE_TOLERANCE
    after = max_channel_difference(part[depth + 3], colour) >= FRAME_STEP
    return depth if before.mean() > 0.6 and after.mean() >= FULL_LENGTH else 0


def _seams(rgb: Pixels) -> list[int]:
    """Return the columns where a straight border runs from the top to the bottom; a gutter counts once."""
    width = rgb.shape[1]
    if width < 16:
        return []
    wide = rgb.astype(np.int16)
    step: Mask = max_channel_difference(wide[:, 2:], wide[:, :-2]) >= EDGE_STEP
    share = step.mean(axis=0)
    low, high = max(8, MARGIN * width), min(width - 10, (1 - MARGIN) * width)
    inner = [
        int(x)
        for x in np.flatnonzero(share >= FULL_LENGTH)
        if low < x < high
        and share[[x - 8, x - 6, x - 4]].min() < TEXTURE
        and share[[x + 4, x + 6, x + 8]].min() < TEXTURE
    ]
    return [x for k, x in enumerate(inner) if k == 0 or x - inner[k - 1] > 0.08 * width]
