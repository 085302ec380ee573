"""Measure how clearly the outline of a mask stands out from the backdrop."""

from __future__ import annotations

import numpy as np

from vitrine.photos import ndimage
from vitrine.photos.matting.backdrop import Backdrop, Floats, Mask
from vitrine.threads import scipy_module

CLEAR_CONTRAST = 2.5
"""Least contrast of a clear outline, in multiples of the backdrop's tolerance."""
DEPTH = 0.05
"""Depth below the convex hull, as a fraction of the subject's longer side, from which a cut counts."""


def measure_outline(subject: Mask, rgb: Floats, backdrop: Backdrop) -> tuple[float, float]:
    """Return the share of outline pixels that are clear, and the length of those that cut into the subject.

    An outline pixel is clear where inside and outside, averaged over 7 pixels, differ. The length is that of
    the unclear pixels deeper than `DEPTH` in the convex hull, in multiples of the subject's longer side.

    Parameters
    ----------
    subject
        (h, w) bool.
    rgb
        (h, w, 3) float32 sRGB in 0 to 255.
    """
    line = subject & ~ndimage.binary_erosion(subject, border_value=1)
    if not line.any():
        return 1.0, 0.0
    rows, columns = ndimage.find_objects(line.astype(np.uint8))[0]
    window = (
        slice(max(0, rows.start - 8), rows.stop + 8),
        slice(max(0, columns.start - 8), columns.stop + 8),
    )
    part, inside, here = rgb[window], subject[window], line[window]
    share = ndimage.uniform_filter(inside.astype(np.float32), 7)
    contrast = np.zeros(int(here.sum()), np.float32)
    for channel in range(3):
        level = part[..., channel]
        both = ndimage.uniform_filter(level, 7)[here]
        mine = ndimage.uniform_filter(level * inside, 7)[here]
        a = share[here]
        contrast = np.maximum(
            contrast, np.abs(mine / np.maximum(a, 0.02) - (both - mine) / np.maximum(1 - a, 0.02))
        )
    clear = contrast > CLEAR_CONTRAST * backdrop.tolerance
    side = max(rows.stop - rows.start, columns.stop - columns.start)
    unclear = np.argwhere(here)[~clear]
    return float(clear.mean()), _depth_in_hull(here, unclear, DEPTH * side) / side


def _depth_in_hull(line: Mask, points: np.typing.NDArray[np.int64], depth_px: float) -> int:
    """Return how many of `points`, (n, 2) rows and columns, are deeper in the convex hull of `line`."""
    if not len(points):
        return 0
    spatial = scipy_module("spatial")
    try:
        hull = spatial.ConvexHull(np.argwhere(line))
    except spatial.QhullError:  # a line of pixels has no area
        return 0
    # Each equation is a facet's outward normal and offset: inside, its value is minus the distance.
    depth = -(points @ hull.equations[:, :2].T + hull.equations[:, 2]).max(axis=1)
    return int((depth > depth_px).sum())
