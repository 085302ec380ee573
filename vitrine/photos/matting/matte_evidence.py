"""What a photo itself says about a matte: how methods agree, and how clear its outline and area are."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vitrine.photos import ndimage
from vitrine.photos.matting.backdrop import Floats, Mask
from vitrine.photos.matting.enclosed import LEARNED_RIM_STEP, beside, enclosed_regions
from vitrine.photos.matting.focus import blurred_share

RING = 5
"""Width of the bands inside and outside an outline whose colours are compared, in pixels of 480."""
CLEAR = 12.0
"""Least difference of an outline's two sides, in 8-bit levels."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Measures of a matte, each 0 to 1."""

    agreement: float
    """Intersection over union of the two looks that agree best or, if less, of the median and the matte that
    colours have sharpened."""
    doubt: float
    """Area of which the model is not sure, as a share of the subject's, beyond a line along its outline."""
    contrast: float
    """Share of the outline whose two sides differ clearly in colour."""
    touching: float
    """Largest share of a frame side that the subject covers."""
    area: float
    """Share of the photo that the subject covers."""
    elsewhere: float
    """What the model finds in the rest of the photo, as a share of what it finds in the subject."""
    certainty: float
    """Mean probability within the subject."""
    enclosed: float
    """Share of the subject's area that has the backdrop's colour: see `enclosed_regions`."""
    blurred: float
    """Share of the outline that is far less sharp than most of it: see `blurred_share`."""


def weigh(rgb: Floats, behind: Floats, looks: Sequence[Floats], rough: Floats, subject: Mask) -> Evidence:
    """Measure a matte.

    Parameters
    ----------
    rgb
        (h, w, 3) float32 sRGB in 0 to 255.
    behind
        (h, w, 3) float32, the backdrop's colour, also where the subject hides it.
    looks, rough
        (h, w) float32, the probabilities of the model at the whole photo and closer, and the median of all.
    subject
        (h, w) bool, the sharpened matte.
    """
    area = float(subject.mean())
    if not subject.any():
        return Evidence(0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
    sides = (subject[0], subject[-1], subject[:, 0], subject[:, -1])
    alike = [iou(one > 0.5, other > 0.5) for one, other in itertools.combinations(looks, 2)]
    regions, _ = enclosed_regions(rgb, (behind, beside(rgb, subject)), subject, LEARNED_RIM_STEP)
    return Evidence(
        agreement=min(max(alike), iou(rough > 0.5, subject)),
        doubt=_doubt(rough, subject),
        contrast=_contrast(rgb, subject),
        touching=max(float(side.mean()) for side in sides),
        area=area,
        elsewhere=_elsewhere(looks[0], subject),
        certainty=float(rough[subject].mean()),
        enclosed=float((regions > 0).sum() / subject.sum()),
        blurred=blurred_share(rgb, subject),
    )


def iou(one: Mask, other: Mask) -> float:
    """Return the intersection over union of two masks; 0 for two empty ones."""
    union = float((one | other).sum())
    return float((one & other).sum()) / union if union else 0.0


def _doubt(rough: Floats, subject: Mask) -> float:
    unsure = (rough > 0.15) & (rough < 0.85)
    line = ndimage.binary_dilation(subject, iterations=4) & ~ndimage.binary_erosion(subject, iterations=4)
    return min(1.0, float((unsure & ~line).sum()) / float(subject.sum()))


def _elsewhere(whole: Floats, subject: Mask) -> float:
    near = ndimage.binary_dilation(subject, iterations=10)
    return float(whole[~near].sum() / max(1.0, float(whole[near].sum())))


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
