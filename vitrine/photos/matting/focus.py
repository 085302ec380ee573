"""Measure how sharp the outline of a matte is: what is behind a product is often out of focus."""

from __future__ import annotations

import numpy as np

from vitrine.photos import ndimage
from vitrine.photos.matting.backdrop import Floats, Mask
from vitrine.photos.matting.silhouette import bounds

SCALES = 0.7, 2.5
"""Standard deviations of the Gaussians whose gradients are compared, in pixels."""
REACH_PX = 2
"""The largest gradient within this distance of the outline counts."""
LEAST_BLUR, TIMES = 2.0, 2.0
"""An edge is blurred from this standard deviation on, in pixels of 480, and from so many times the median."""
MOST_BLUR = 8.0


def blurred_share(rgb: Floats, subject: Mask) -> float:
    """Return the share of a subject's outline that is out of focus while most of it is not.

    Such a part is often the edge of a thing that stands behind the product, or of its shadow.

    Parameters
    ----------
    rgb
        (h, w, 3) float32 sRGB in 0 to 255; about 480 pixels long.
    subject
        (h, w) bool.
    """
    if not subject.any():
        return 0.0
    near = bounds(subject, 4 * round(SCALES[1]))
    blur = edge_blur(rgb[near], subject[near])
    return float((blur > max(LEAST_BLUR, TIMES * float(np.median(blur)))).mean())


def edge_blur(rgb: Floats, subject: Mask) -> Floats:
    """Return the blur at each pixel of the outline, (n,) float32: a Gaussian's standard deviation in pixels.

    The gradient of an edge of blur s under a Gaussian of σ is proportional to 1 / sqrt(s² + σ²); two σ give s
    (Elder and Zucker, Local Scale Control for Edge Detection and Blur Estimation, 1998).
    """
    line = subject & ~ndimage.binary_erosion(subject, border_value=1)
    fine, coarse = (_steepest(rgb, sigma)[line] for sigma in SCALES)
    # Half a level keeps the noise of plain areas from counting as an edge.
    ratio = np.maximum(((fine + 0.5) / (coarse + 0.5)) ** 2, 1.0001)
    variance = (SCALES[1] ** 2 - ratio * SCALES[0] ** 2) / (ratio - 1)
    return np.asarray(np.sqrt(np.clip(variance, 0, MOST_BLUR**2)), np.float32)


def _steepest(rgb: Floats, sigma: float) -> Floats:
    """Return the largest gradient of any channel around each pixel, (h, w) float32."""
    gradients = [ndimage.gaussian_gradient_magnitude(rgb[..., channel], sigma) for channel in range(3)]
    return np.asarray(ndimage.maximum_filter(np.maximum.reduce(gradients), 2 * REACH_PX + 1))
