"""Alpha matting: from a binary mask to an alpha channel and foreground colours without the backdrop's."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.photos import ndimage
from vitrine.photos.matting.backdrop import Floats, Mask, max_channel_difference

UNKNOWN_RADIUS_PX = 2
"""Half the width of the trimap's unknown band, in pixels."""
ALPHA_NOISE = 0.04
"""Alpha below this is set to 0, alpha above 1 minus this to 1."""


def estimate_alpha(rgb: Floats, subject: Mask, backdrop: Floats) -> npt.NDArray[np.uint8]:
    """Solve the compositing equation C = a F + (1 - a) B along the outline of `subject`.

    The trimap comes from the mask: foreground inside, background outside, unknown in a narrow band between.
    F and B are local means of the known pixels (B includes shadows), and a is the projection of C - B on
    F - B. The backdrop's share is removed from the colour, so that no halo remains.

    Parameters
    ----------
    rgb
        (h, w, 3) float32 sRGB in 0 to 255.
    subject
        (h, w) bool.
    backdrop
        (h, w, 3) float32, the colour behind each pixel.

    Returns
    -------
    (h, w, 4) uint8 with straight alpha.
    """
    inner = ndimage.binary_erosion(subject, iterations=UNKNOWN_RADIUS_PX, border_value=1)
    outer = ndimage.binary_dilation(subject, iterations=UNKNOWN_RADIUS_PX)
    alpha = inner.astype(np.float32)
    colour = rgb.copy(order="K")
    band = outer & ~inner
    if band.any():
        window = _window(band, 4 * UNKNOWN_RADIUS_PX + 2)
        part, edge = rgb[window], band[window]
        strength = max_channel_difference(part, backdrop[window])
        # A wire thinner than the band has no known foreground: its strongest pixels take that part.
        thin = np.where(subject[window], (strength / 255) ** 4, 0) * 1e-3
        inside = _local_mean(part, inner[window] + thin, part)
        behind = _local_mean(part, (~outer)[window], backdrop[window])
        share, clean = _solve_compositing(part[edge], inside[edge], behind[edge])
        alpha[window][edge] = share
        colour[window][edge] = clean
    rgba = np.empty((*subject.shape, 4), np.uint8)
    rgba[..., :3] = np.clip(colour + 0.5, 0, 255)
    rgba[..., 3] = alpha * 255 + 0.5
    rgba[rgba[..., 3] == 0] = 0
    return rgba


def _solve_compositing(mixed: Floats, inside: Floats, behind: Floats) -> tuple[Floats, Floats]:
    """Return alpha (n,) and foreground colour (n, 3) of the pixels C, F and B, (n, 3) float32 each."""
    gap = inside - behind
    square = np.maximum((gap**2).sum(axis=1), 1.0)
    share = ((mixed - behind) * gap).sum(axis=1) / square
    # A pixel far from the line between F and B is foreground of another colour: texture, or a highlight.
    stray = np.sqrt((((mixed - behind) - share[:, None] * gap) ** 2).sum(axis=1) / square)
    share = np.clip(np.where(stray > 0.5, np.maximum(share, stray), share), 0, 1)
    share = np.clip((share - ALPHA_NOISE) / (1 - 2 * ALPHA_NOISE), 0, 1)
    own = (mixed - (1 - share[:, None]) * behind) / np.maximum(share[:, None], 0.1)
    trust = share[:, None]
    return share, trust * np.clip(own, 0, 255) + (1 - trust) * inside


def _local_mean(rgb: Floats, weight: npt.NDArray[Any], otherwise: Floats) -> Floats:
    """Return the weighted mean colour around each pixel, (h, w, 3); `otherwise` where no weight is near."""
    size = 4 * UNKNOWN_RADIUS_PX + 1
    weight = weight.astype(np.float32)
    total = _blur(weight, size)
    none = total < 1e-9
    total[none] = 1
    mean = np.stack([_blur(rgb[..., c] * weight, size) / total for c in range(3)], axis=-1)
    return np.asarray(np.where(none[..., None], otherwise, mean))


def _blur(values: Floats, size: int) -> Floats:
    """Apply two box filters: a tent-shaped kernel whose cost does not grow with its size."""
    once = ndimage.uniform_filter(values.astype(np.float64), size // 2 + 1)
    return np.asarray(np.maximum(ndimage.uniform_filter(once, size // 2 + 1), 0), np.float32)


def _window(mask: Mask, pad: int) -> tuple[slice, slice]:
    rows, columns = ndimage.find_objects(mask.astype(np.uint8))[0]
    return (
        slice(max(0, rows.start - pad), rows.stop + pad),
        slice(max(0, columns.start - pad), columns.stop + pad),
    )
