"""Find cards: photos pasted as an opaque rectangle on a transparent margin."""

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


@dataclass(frozen=True, slots=True)
class Card:
    """An opaque rectangle with a plain backdrop."""

    box: tuple[int, int, int, int]
    """left, top, right, bottom, in pixels; right and bottom are exclusive"""
    fill: float
    """Share of the box that is opaque."""


def find_card(rgba: npt.NDArray[np.uint8]) -> Card | None:
    """Return the card that the alpha of `rgba`, (h, w, 4) uint8, shows; `None` for an outline of a product.

    The alpha of a card is a rectangle, and the colours along its edge are one plain backdrop around
    something.
    """
    box = bounding_box(rgba[..., 3])
    if box is None:
        return None
    left, top, right, bottom = box
    part = rgba[top:bottom, left:right]
    fill = float((part[..., 3] >= 250).mean())
    if fill < CARD_FILL:
        return None
    # Rounded or soft corners are no part of the card's edge.
    inset = max(1, round(0.01 * min(part.shape[:2])))
    rgb = part[inset:-inset, inset:-inset, :3]
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
    return Card((left + inset, top + inset, right - inset, bottom - inset), fill)
