"""Which pixels are the subject: everything that is neither backdrop nor a soft shadow on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from vitrine.photos.backdrop import (
    Backdrop,
    Floats,
    Mask,
    border_components,
    fit_backdrop,
    max_channel_difference,
    refit_backdrop,
)

SHADOW_SLOPE = 4.0
"""Steepest change of a soft shadow, in 8-bit levels a pixel; sharper edges belong to the subject."""
SHADOW_STEEPEST = 12.0
"""The same where the slope is a broad ramp, as the deep shadow's of a small picture is."""
SHADOW_TINT = 6.0
"""How far a shadow may be off the dimmed backdrop's colour, in 8-bit levels."""
RINGING = (0.04, 0.10)
"""What lossy compression leaves around an edge, as a share of its height: in brightness, in colour."""
BLOCK_PX = 17
"""How far it leaves it: a JPEG block of 16 pixels, which is 8 at half resolution of colour."""
SHARP_RIM = 0.15
"""A hole's rim crosses this share of the contrast around it within a pixel; a highlight fades over many."""
SPECK = 0.004
"""Pieces smaller than the square of this fraction of the longer side are dust; so are holes."""
CLEAR = 2.5
"""An outline is clear where the subject stands out by this many times the backdrop's tolerance."""


@dataclass(frozen=True, slots=True)
class Silhouette:
    """The subject as a hard mask, and how well the picture supports its outline."""

    subject: Mask
    backdrop: Backdrop
    clear: float
    """Share of the outline where the subject stands out; where it is low, subject and backdrop melt."""


@dataclass(frozen=True, slots=True)
class _Difference:
    """How each pixel differs from the backdrop, (h, w) each, in 8-bit levels."""

    dimmed: Floats
    """Brighter (+) or darker (-) in the backdrop's own colour, as a shadow is."""
    tint: Floats
    """What dimming does not explain."""

    @classmethod
    def of(cls, rgb: Floats, backdrop: Backdrop) -> _Difference:
        planes = [(rgb[..., c], backdrop.rgb[..., c]) for c in range(3)]
        square = sum(behind * behind for _, behind in planes)
        share = sum(here * behind for here, behind in planes) / np.maximum(square, 1)
        tint = np.zeros(rgb.shape[:2], np.float32)
        for here, behind in planes:
            np.maximum(tint, np.abs(here - share * behind), out=tint)
        return cls(np.asarray((share - 1) * np.sqrt(square / 3), np.float32), tint)


def segment_subject(rgb: Floats) -> Silhouette | None:
    """Tell the subject from a plain backdrop in `rgb`, (h, w, 3) float32; `None` without such a backdrop."""
    smooth = np.stack([ndimage.gaussian_filter(rgb[..., c], 0.8) for c in range(3)], axis=-1)
    backdrop = fit_backdrop(smooth)
    if backdrop is None:
        return None
    step = 1 + max(rgb.shape) // 600
    few = smooth[::step, ::step]
    for _ in range(2):
        rough = backdrop.every(step)
        seen = border_components(_near(few, rough, _edges(few, rough)))
        if seen.mean() < 0.02:
            return None
        backdrop = refit_backdrop(few, seen, rough, rgb.shape[:2])
    edges = _edges(rgb, backdrop)
    near = _near(rgb, backdrop, edges) | _near(smooth, backdrop, edges)
    seen = border_components(near)
    slope = _slope(rgb)
    behind = seen | _see_through(near & ~seen, rgb, backdrop, slope, edges)
    behind = _with_shadows(behind, smooth, backdrop, slope)
    speck = (SPECK * max(near.shape)) ** 2
    subject = _without_specks(~_without_specks(behind, speck), speck)
    return Silhouette(subject, backdrop, _clear(subject, rgb, backdrop))


def _edges(rgb: Floats, backdrop: Backdrop) -> Floats:
    """The strongest contrast within a block of each pixel; zero for a picture never compressed."""
    away = max_channel_difference(rgb, backdrop.rgb)
    strong = ndimage.maximum_filter(away, BLOCK_PX)
    wide = ndimage.maximum_filter(away, 5)
    halo = (strong > 60) & (wide < 20)
    if not halo.any():
        return np.zeros_like(away)
    ringing = float(np.quantile(away[halo] / strong[halo], 0.5))
    return strong if ringing > 0.0015 + 2 * backdrop.noise / 100 else np.zeros_like(away)


def _near(rgb: Floats, backdrop: Backdrop, edges: Floats) -> Mask:
    """Pixels of the backdrop's colour, but for noise and ringing."""
    difference = _Difference.of(rgb, backdrop)
    level, colour = RINGING
    return np.asarray(
        (np.abs(difference.dimmed) < np.maximum(backdrop.tolerance, level * edges))
        & (difference.tint < np.maximum(backdrop.tolerance, colour * edges))
    )


def _slope(rgb: Floats) -> Floats:
    """Steepness of the strongest channel, in levels a pixel, (h, w)."""
    steepest = np.zeros(rgb.shape[:2], np.float32)
    for channel in range(3):
        soft = ndimage.gaussian_filter(rgb[..., channel], 1.0)
        np.maximum(steepest, np.hypot(ndimage.sobel(soft, 0), ndimage.sobel(soft, 1)) / 8, out=steepest)
    return steepest


def _see_through(holes: Mask, rgb: Floats, backdrop: Backdrop, slope: Floats, edges: Floats) -> Mask:
    """The enclosed patches that show the backdrop itself, between slats or through a handle.

    A patch of the subject that happens to match (a highlight, a pale label) fades in softly, or is
    a little off in colour: a hole is the backdrop's colour all over, and has a sharp rim.
    """
    labels, count = ndimage.label(holes)
    if count == 0:
        return holes
    every = np.arange(1, count + 1)
    area = ndimage.sum_labels(holes, labels, every)
    off = [ndimage.mean((rgb - backdrop.rgb)[..., c], labels, every) for c in range(3)]
    rim = np.where(labels == 0, ndimage.grey_dilation(labels, size=(5, 5)), 0)
    around = np.maximum(ndimage.sum_labels(rim > 0, rim, every), 1)
    sharp = ndimage.sum_labels(ndimage.maximum_filter(slope, 7), rim, every) / around
    contrast = ndimage.maximum_filter(max_channel_difference(rgb, backdrop.rgb), 25)
    height = ndimage.sum_labels(contrast, rim, every) / around
    exact = max(1.5, backdrop.noise) + 1.5 * bool(edges.any())
    real = (
        (area >= (SPECK * max(holes.shape)) ** 2)
        & (np.abs(off).max(axis=0) < exact)
        & (sharp > np.maximum(2 * SHADOW_SLOPE, SHARP_RIM * height))
    )
    return np.asarray(np.isin(labels, every[real]))


def _with_shadows(behind: Mask, smooth: Floats, backdrop: Backdrop, slope: Floats) -> Mask:
    """Grow the backdrop into its shadows: dimmed alike in all channels, and fading without an edge."""
    difference = _Difference.of(smooth, backdrop)
    # A penumbra is as steep all around: an outline is steep along a line only.
    ramp = (ndimage.minimum_filter(slope, 7) > slope / 2) & (slope < SHADOW_STEEPEST)
    soft = (
        ((slope < SHADOW_SLOPE + backdrop.noise) | ramp)
        & (difference.tint < SHADOW_TINT + backdrop.noise)
        & (difference.dimmed < 2 * backdrop.tolerance)
    )
    # Opened first, so that the growth does not slip through a gap in a faint outline.
    wide = ndimage.binary_opening(soft | behind, np.ones((3, 3)), iterations=2)
    grown = ndimage.binary_propagation(behind, mask=wide | behind)
    return np.asarray(grown | (ndimage.binary_dilation(grown, iterations=2) & soft))


def _without_specks(mask: Mask, area: float) -> Mask:
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    keep = sizes >= area
    keep[0] = False
    return np.asarray(keep[labels])


def _clear(subject: Mask, rgb: Floats, backdrop: Backdrop) -> float:
    """Share of the outline along which inside and outside, each averaged over 7 pixels, differ well."""
    line = subject & ~ndimage.binary_erosion(subject, border_value=1)
    if not line.any():
        return 1.0
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
    return float((contrast > CLEAR * backdrop.tolerance).mean())
