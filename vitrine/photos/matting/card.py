"""Find cards: photos pasted as an opaque rectangle or disc on a transparent margin, or within a thin line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vitrine.photos.crop import bounding_box
from vitrine.photos.matting.backdrop import fit_backdrop, max_channel_difference

CARD_FILL = 0.97
"""Least share of its bounding box that a card fills; rounded corners take up to 3 %."""
PRODUCT_SHARE = (0.02, 0.9)
"""Share of the card that differs from its backdrop: a product on it. A box or a book fills more."""

DISC_FILL = 0.985
"""Least agreement (IoU) of the alpha of a disc with the ellipse in its box."""
MIN_DISC_PX = 64
RIM = (0.92, 0.97)
"""Radii between which the colours along a disc's edge are looked at; its edge is 1."""
ONE_COLOUR = 4
"""Largest difference from the median of 99 % of them, in 8-bit levels; JPEG alone makes 3."""


@dataclass(frozen=True, slots=True)
class Card:
    """An opaque rectangle with a plain backdrop."""

    box: tuple[int, int, int, int]
    """left, top, right, bottom, in pixels; right and bottom are exclusive"""
    fill: float
    """Share of the box that is opaque; of a disc, of the ellipse in the box."""
    rgb: npt.NDArray[np.uint8]
    """What is in the box, (h, w, 3); around a disc its backdrop goes on."""
    backdrop: npt.NDArray[np.float32]
    """Median colour along the card's edge, (3,), in 0 to 255."""


def find_card(rgba: npt.NDArray[np.uint8]) -> Card | None:
    """Return the card that the alpha of `rgba`, (h, w, 4) uint8, shows; `None` for an outline of a product.

    The alpha of a card is a rectangle, and the colours along its edge are one plain backdrop around
    something. Of a disc, they are one colour: on a plate or a clock, light falls.
    """
    box = bounding_box(rgba[..., 3])
    if box is None:
        return None
    left, top, right, bottom = box
    part = rgba[top:bottom, left:right]
    fill = float((part[..., 3] >= 250).mean())
    if fill < CARD_FILL:
        return _find_disc(part, box)
    # Rounded or soft corners are no part of the card's edge.
    inset = max(1, round(0.01 * min(part.shape[:2])))
    rgb = np.ascontiguousarray(part[inset:-inset, inset:-inset, :3])
    backdrop = _card_backdrop(rgb)
    if backdrop is None:
        return None
    return Card((left + inset, top + inset, right - inset, bottom - inset), fill, rgb, backdrop)


def _card_backdrop(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32] | None:
    """Return the median colour along the edge of a photo with a plain backdrop and a product, else `None`."""
    step = 1 + max(rgb.shape) // 600
    few = rgb[::step, ::step].astype(np.float32)
    if min(few.shape[:2]) < 16:
        return None
    backdrop = fit_backdrop(few)
    if backdrop is None:
        return None
    away = max_channel_difference(few, backdrop.rgb) > 4 * backdrop.tolerance
    edge = np.concatenate([away[0], away[-1], away[:, 0], away[:, -1]])
    product = float(away.mean())
    if float(edge.mean()) > 0.05 or not PRODUCT_SHARE[0] <= product <= PRODUCT_SHARE[1]:
        return None
    border = np.concatenate([few[0], few[-1], few[:, 0], few[:, -1]])
    return np.asarray(np.median(border, axis=0), np.float32)


def _find_disc(part: npt.NDArray[np.uint8], box: tuple[int, int, int, int]) -> Card | None:
    """Return the card whose alpha, in its bounding box `part`, is a disc or an ellipse of one colour."""
    height, width = part.shape[:2]
    if min(height, width) < MIN_DISC_PX:
        return None
    y, x = (np.linspace(-1, 1, size, dtype=np.float32) for size in (height, width))
    radius = np.hypot(y[:, None], x[None, :])
    opaque, inside = part[..., 3] >= 250, radius <= 1
    fill = float((opaque & inside).sum() / (opaque | inside).sum())
    if fill < DISC_FILL:
        return None
    ring = part[(radius < RIM[1]) & (radius > RIM[0])][:, :3].astype(np.float32)
    colour = np.median(ring, axis=0)
    if float((np.abs(ring - colour).max(axis=1) <= ONE_COLOUR).mean()) < 0.99:
        return None
    rgb = np.where(radius[..., None] < RIM[0], part[..., :3], colour.astype(np.uint8))
    backdrop = _card_backdrop(rgb)
    return None if backdrop is None else Card(box, fill, rgb, backdrop)
