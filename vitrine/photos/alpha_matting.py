"""From a hard silhouette to soft edges without the backdrop's colour in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from vitrine.photos.backdrop import Floats, Mask, max_channel_difference

REACH = 2
"""Half the width of the edge that is solved, in pixels."""
FAINT = 0.04
"""Alpha below this is noise."""


def estimate_alpha(rgb: Floats, subject: Mask, backdrop: Floats) -> npt.NDArray[np.uint8]:
    """Return (h, w, 4) uint8: alpha 1 inside, 0 outside, and solved in a narrow band along the outline.

    Along the outline a pixel mixes what is inside with what is behind: C = a F + (1 - a) B. F and B are the
    means of the nearby pixels that are surely one or the other (B includes shadows); a is the projection of
    C - B on F - B. The backdrop's part is then taken out of the colour, so that no halo stays.
    """
    inner = ndimage.binary_erosion(subject, iterations=REACH, border_value=1)
    outer = ndimage.binary_dilation(subject, iterations=REACH)
    alpha = inner.astype(np.float32)
    colour = rgb.copy()
    band = outer & ~inner
    if band.any():
        window = _window(band, 4 * REACH + 2)
        part, edge = rgb[window], band[window]
        strength = max_channel_difference(part, backdrop[window])
        # Where a wire is too thin to have a sure inside, its strongest pixels stand in for it.
        thin = np.where(subject[window], (strength / 255) ** 4, 0) * 1e-3
        inside = _mean_nearby(part, inner[window] + thin, part)
        behind = _mean_nearby(part, (~outer)[window], backdrop[window])
        share, clean = _unmix(part[edge], inside[edge], behind[edge])
        alpha[window][edge] = share
        colour[window][edge] = clean
    rgba = np.empty((*subject.shape, 4), np.uint8)
    rgba[..., :3] = np.clip(colour + 0.5, 0, 255)
    rgba[..., 3] = alpha * 255 + 0.5
    rgba[rgba[..., 3] == 0] = 0
    return rgba


def _unmix(mixed: Floats, inside: Floats, behind: Floats) -> tuple[Floats, Floats]:
    """Alpha (n,) and own colour (n, 3) of the pixels `mixed` from `inside` and `behind`, (n, 3) each."""
    gap = inside - behind
    square = np.maximum((gap**2).sum(axis=1), 1.0)
    share = ((mixed - behind) * gap).sum(axis=1) / square
    # A pixel off the line between the two is something of its own: texture, or a highlight on the rim.
    stray = np.sqrt((((mixed - behind) - share[:, None] * gap) ** 2).sum(axis=1) / square)
    share = np.clip(np.where(stray > 0.5, np.maximum(share, stray), share), 0, 1)
    share = np.clip((share - FAINT) / (1 - 2 * FAINT), 0, 1)
    own = (mixed - (1 - share[:, None]) * behind) / np.maximum(share[:, None], 0.1)
    trust = share[:, None]
    return share, trust * np.clip(own, 0, 255) + (1 - trust) * inside


def _mean_nearby(rgb: Floats, weight: npt.NDArray[Any], otherwise: Floats) -> Floats:
    """The weighted mean colour around each pixel; `otherwise` where there is no weight nearby."""
    size = 4 * REACH + 1
    weight = weight.astype(np.float32)
    total = _blur(weight, size)
    none = total < 1e-9
    total[none] = 1
    mean = np.stack([_blur(rgb[..., c] * weight, size) / total for c in range(3)], axis=-1)
    return np.asarray(np.where(none[..., None], otherwise, mean))


def _blur(values: Floats, size: int) -> Floats:
    """Two box means: near pixels count more, and the cost does not grow with the size."""
    once = ndimage.uniform_filter(values.astype(np.float64), size // 2 + 1)
    return np.asarray(np.maximum(ndimage.uniform_filter(once, size // 2 + 1), 0), np.float32)


def _window(mask: Mask, pad: int) -> tuple[slice, slice]:
    rows, columns = ndimage.find_objects(mask.astype(np.uint8))[0]
    return (
        slice(max(0, rows.start - pad), rows.stop + pad),
        slice(max(0, columns.start - pad), columns.stop + pad),
    )
