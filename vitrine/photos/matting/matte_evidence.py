"""What a photo itself says about a matte: how methods agree, and how clear its outline and area are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from vitrine.photos.matting.backdrop import Floats, Mask
from vitrine.photos.matting.enclosed import enclosed_regions

RING = 5
"""Width of the bands inside and outside an outline whose colours are compared, in pixels of 480."""
CLEAR = 12.0
"""Least difference of an outline's two sides, in 8-bit levels."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Measures of a matte, each 0 to 1."""

    agreement: float
    """Least intersection over union of the mattes of both looks and the one that colours have sharpened."""
    doubt: float
    """Area of which the model is not sure, as a share of the subject's, beyond a line along its outline."""
    contrast: float
    """Share of the outline whose two sides differ clearly in colour."""
    touching: float
    """Largest share of a frame side that the subject covers."""
    area: float
    """Share of the photo that the subject covers."""
    certainty: float
    """Mean probability within the subject."""
    enclosed: float
    """Share of the subject's area that has the backdrop's colour: see `enclosed_regions`."""


def weigh(rgb: Floats, behind: Floats, first: Floats, second: Floats, subject: Mask) -> Evidence:
    """Measure a matte.

    Parameters
    ----------
    rgb
        (h, w, 3) float32 sRGB in 0 to 255.
    behind
        (h, w, 3) float32, the backdrop's colour, also where the subject hides it.
    first, second
        (h, w) float32, the probabilities of the model at the whole photo, and closer.
    subject
        (h, w) bool, the sharpened matte.
    """
    area = float(subject.mean())
    if not subject.any():
        return Evidence(0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    rough = np.asarray((first + second) / 2, np.float32)
    sides = (subject[0], subject[-1], subject[:, 0], subject[:, -1])
    regions, _ = enclosed_regions(rgb, behind, subject)
    return Evidence(
        agreement=min(_iou(first > 0.5, second > 0.5), _iou(rough > 0.5, subject)),
        doubt=_doubt(rough, subject),
        contrast=_contrast(rgb, subject),
        touching=max(float(side.mean()) for side in sides),
        area=area,
        certainty=float(rough[subject].mean()),
        enclosed=float((regions > 0).sum() / subject.sum()),
    )


def _iou(one: Mask, other: Mask) -> float:
    union = float((one | other).sum())
    return float((one & other).sum()) / union if union else 0.0


def _doubt(rough: Floats, subject: Mask) -> float:
    unsure = (rough > 0.15) & (rough < 0.85)
    line = ndimage.binary_dilation(subject, iterations=4) & ~ndimage.binary_erosion(subject, iterations=4)
    return min(1.0, float((unsure & ~line).sum()) / float(subject.sum()))


def _contrast(rgb: Floats, subject: Mask) -> float:
    inner, outer = _rim(subject), _rim(~subject)
    line = subject & ~ndimage.binary_erosion(subject, border_value=1)
    if not line.any():
        return 0.0
    near, far = _mean(rgb, inner), _mean(rgb, outer)
    away = np.abs(near[line] - far[line]).max(axis=1)
    return float((away > CLEAR).mean())


def _rim(mask: Mask) -> Mask:
    """Return the pixels of `mask` within `RING` of its outline, without the mixed ones right on it."""
    return np.asarray(
        ndimage.binary_erosion(mask, border_value=1)
        & ~ndimage.binary_erosion(mask, iterations=RING, border_value=1)
    )


def _mean(rgb: Floats, where: Mask) -> Floats:
    size = 2 * RING + 1
    share = ndimage.uniform_filter(where.astype(np.float32), size) + np.float32(1e-4)
    planes = [ndimage.uniform_filter(rgb[..., c] * where, size) / share for c in range(3)]
    return np.stack(planes, axis=-1)
