"""Find regions within a matte that look like the backdrop: through a handle, or inside a headband."""

from __future__ import annotations

from collections.abc import Sequence

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
RIM_STEP, LEARNED_RIM_STEP, RIM_SHARE = 20.0, 12.0, 0.7
"""A sharp edge: so far from the backdrop's colour, in 8-bit levels, are at least so many of these pixels. The
second is that of photos without a plain backdrop, which may be as dark as the product."""
BESIDE, BESIDE_STEP = (1.5, 60.0), 4
"""Standard deviations of the window, across rows and along them, in which the backdrop beside the subject
counts; it is computed at every fourth column."""


def enclosed_share(rgb: Floats, behind: Floats, subject: Mask) -> float:
    """Return the share of a subject's area in such regions, measured at every pixel or few: see below."""
    step = max(1, round(max(subject.shape) / MEASURED_PX))
    few = np.ascontiguousarray(subject[::step, ::step])
    labels, _ = enclosed_regions(rgb[::step, ::step], (behind[::step, ::step],), few, RIM_STEP)
    return float((labels > 0).sum() / max(1, int(few.sum())))


def beside(rgb: Floats, subject: Mask) -> Floats:
    """Return the mean colour of the backdrop on the same rows, left and right, (h, w, 3) float32.

    It holds where the backdrop is made of rows, such as a wall above a table. `rgb`, (h, w, 3) float32, and
    `subject`, (h, w) bool, are about 480 pixels long.
    """
    outside = ~ndimage.binary_dilation(subject, iterations=3)
    few = outside[:, ::BESIDE_STEP].astype(np.float32)
    window = (BESIDE[0], BESIDE[1] / BESIDE_STEP)
    share = ndimage.gaussian_filter(few, window) + np.float32(1e-4)
    planes = [ndimage.gaussian_filter(rgb[:, ::BESIDE_STEP, c] * few, window) / share for c in range(3)]
    return np.stack(planes, axis=-1).repeat(BESIDE_STEP, axis=1)[:, : subject.shape[1]]


def enclosed_regions(
    rgb: Floats, backdrops: Sequence[Floats], subject: Mask, rim_step: float
) -> tuple[Ints, int]:
    """Label the regions of `subject` that have the colour of the backdrop around it, and a sharp edge.

    A plain label or a clock's face has both, too, so such a region may be a hole, or not. A highlight has a
    soft edge.

    Parameters
    ----------
    rgb
        (h, w, 3) float32 sRGB in 0 to 255; about 480 pixels long.
    backdrops
        (h, w, 3) float32, estimates of the backdrop's colour, also where the subject hides it; one must hold.
    subject
        (h, w) bool.
    rim_step
        Least difference from all of them, in 8-bit levels, of the product around such a region.

    Returns
    -------
    (h, w) labels from 1 on, 0 elsewhere, and their number.
    """
    outside = ~ndimage.binary_dilation(subject, iterations=3)
    inner = ndimage.binary_erosion(subject, iterations=2)
    if not outside.any() or not inner.any():
        return np.zeros(subject.shape, np.intp), 0
    soft = np.stack([ndimage.uniform_filter(rgb[..., c], 3) for c in range(3)], axis=-1)
    differences = [_difference(soft, behind) for behind in backdrops]
    alike = np.zeros(subject.shape, np.bool_)
    for away in differences:
        noise = float(np.median(away[outside]))
        alike |= inner & (away < np.clip(3 * noise, *TOLERANCE))
    away = np.minimum.reduce(differences)
    open_regions = ndimage.binary_opening(alike, iterations=2)
    labels, count = ndimage.label(open_regions)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    keep = sizes >= LEAST_AREA * subject.sum()
    keep[0] = False
    for label in np.flatnonzero(keep):
        keep[label] = _has_sharp_edge(labels == label, away > rim_step, subject & (labels == 0))
    numbers = np.cumsum(keep) * keep
    return np.asarray(numbers[labels], np.intp), int(keep.sum())


def _difference(rgb: Floats, behind: Floats) -> Floats:
    """Return how far colours are from the backdrop's, (h, w) float32; the product may take light from it."""
    share = (rgb * behind).sum(axis=-1) / np.maximum((behind * behind).sum(axis=-1), 1)
    return max_channel_difference(rgb, behind * np.clip(share, *DIMMED)[..., None])


def _has_sharp_edge(region: Mask, differs: Mask, product: Mask) -> bool:
    near, far = (ndimage.binary_dilation(region, iterations=distance) for distance in RIM)
    rim = far & ~near & product
    return bool(rim.any()) and float(differs[rim].mean()) >= RIM_SHARE
