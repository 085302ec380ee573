"""Find regions within a matte that look like the backdrop: through a handle, or inside a headband."""

from __future__ import annotations

import numpy as np

from vitrine.photos import ndimage
from vitrine.photos.matting.backdrop import Floats, Ints, Mask, max_channel_difference

TOLERANCE = (5.0, 14.0)
"""Largest difference of such a region from the backdrop's colour, in 8-bit levels: of a clean photo, and of
the noisiest; between them it is three times the backdrop's noise."""
MEASURED_PX = 480
"""Longer side of the image in which the regions are looked for."""
DIMMED = (0.8, 1.04)
"""How much darker or brighter such a region may be: the product takes light from it."""
LEAST_AREA = 0.005
"""A smaller region is a highlight or a detail, as a fraction of the subject's area."""
RIM = (2, 6)
"""Distance of the pixels around a region in which the product is looked for, in pixels of 480."""
RIM_STEP, RIM_SHARE = 20.0, 0.7
"""A sharp edge: so far from the backdrop's colour, in 8-bit levels, are at least so many of these pixels."""


def enclosed_share(rgb: Floats, behind: Floats, subject: Mask) -> float:
    """Return the share of a subject's area in such regions, measured at every pixel or few: see below."""
    step = max(1, round(max(subject.shape) / MEASURED_PX))
    few = np.ascontiguousarray(subject[::step, ::step])
    labels, _ = enclosed_regions(rgb[::step, ::step], behind[::step, ::step], few)
    return float((labels > 0).sum() / max(1, int(few.sum())))


def enclosed_regions(rgb: Floats, behind: Floats, subject: Mask) -> tuple[Ints, int]:
    """Label the regions of `subject` that have the colour of the backdrop around it, and a sharp edge.

    A plain label or a clock's face has both, too, so such a region may be a hole, or not. A highlight has a
    soft edge.

    Parameters
    ----------
    rgb
        (h, w, 3) float32 sRGB in 0 to 255; about 480 pixels long.
    behind
        (h, w, 3) float32, the colour of the backdrop, also where the subject hides it.
    subject
        (h, w) bool.

    Returns
    -------
    (h, w) labels from 1 on, 0 elsewhere, and their number.
    """
    outside = ~ndimage.binary_dilation(subject, iterations=3)
    inner = ndimage.binary_erosion(subject, iterations=2)
    if not outside.any() or not inner.any():
        return np.zeros(subject.shape, np.intp), 0
    soft = np.stack([ndimage.uniform_filter(rgb[..., c], 3) for c in range(3)], axis=-1)
    share = (soft * behind).sum(axis=-1) / np.maximum((behind * behind).sum(axis=-1), 1)
    away = max_channel_difference(soft, behind * np.clip(share, *DIMMED)[..., None])
    noise = float(np.median(away[outside]))
    alike = inner & (away < np.clip(3 * noise, *TOLERANCE))
    open_regions = ndimage.binary_opening(alike, iterations=2)
    labels, count = ndimage.label(open_regions)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    keep = sizes >= LEAST_AREA * subject.sum()
    keep[0] = False
    for label in np.flatnonzero(keep):
        keep[label] = _has_sharp_edge(labels == label, away, subject)
    numbers = np.cumsum(keep) * keep
    return np.asarray(numbers[labels], np.intp), int(keep.sum())


def _has_sharp_edge(region: Mask, away: Floats, subject: Mask) -> bool:
    near, far = (ndimage.binary_dilation(region, iterations=distance) for distance in RIM)
    rim = far & ~near & subject
    return bool(rim.any()) and float((away[rim] > RIM_STEP).mean()) >= RIM_SHARE
