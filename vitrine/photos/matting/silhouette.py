"""Segment the subject: every pixel that is neither backdrop nor a soft shadow on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.photos import ndimage
from vitrine.photos.matting.backdrop import (
    Backdrop,
    Floats,
    Mask,
    border_components,
    fit_backdrop,
    max_channel_difference,
    planar,
    refit_backdrop,
)
from vitrine.photos.matting.outline import measure_outline

SHADOW_SLOPE = 4.0
"""Largest gradient of a soft shadow, in 8-bit levels per pixel; steeper edges are the subject's."""
SHADOW_STEEPEST = 12.0
"""The same inside a broad ramp, such as the penumbra of a deep shadow in a small image."""
SHADOW_TINT = 6.0
"""Largest difference of a shadow's colour from the dimmed backdrop's, in 8-bit levels."""
RINGING = (0.04, 0.10)
"""Amplitude of compression ringing around an edge, as a share of its contrast: in brightness, in colour."""
BLOCK_PX = 17
"""Extent of the ringing: a JPEG block of 16 pixels, which is 8 at half resolution of colour."""
PRINT_WIDTH = 0.024
"""Before a clipped backdrop a narrower enclosed white region, as a fraction of the longer side, is print."""
CLIPPED = 253.0
"""Least level of a clipped backdrop: there white print has exactly its colour."""
WINDOW_PX = 16
"""Margin around a region that is looked at by itself: more than the reach of every filter here."""
HOLE_EDGE = 0.2
"""The same where a subject of nearly the backdrop's colour leaves less contrast than a steep edge has."""
SHARP_EDGE = 0.15
"""Least share of the contrast that a hole's edge crosses within one pixel; a highlight has a soft edge."""
MIN_COMPONENT = 0.004
"""Smallest component or hole that is kept: the square of this fraction of the longer side, in pixels."""


@dataclass(frozen=True, slots=True)
class Silhouette:
    """The subject as a binary mask, and how clearly its outline stands out."""

    subject: Mask
    """(h, w) bool"""
    backdrop: Backdrop
    outline_contrast: float
    """Share of the outline along which subject and backdrop differ clearly, 0 to 1."""
    lost_length: float
    """Length of the unclear outline within the subject's convex hull, in multiples of its longer side.

    There the mask cuts into the product, as on white parts before a white backdrop.
    """


@dataclass(frozen=True, slots=True)
class _BackdropDifference:
    """Difference of each pixel from the backdrop, (h, w) float32 each, in 8-bit levels."""

    dimmed: Floats
    """The part along the backdrop's colour: brighter (+), or darker (-) as in a shadow."""
    tint: Floats
    """The part across it: another hue or saturation."""

    @classmethod
    def of(cls, rgb: Floats, backdrop: Floats) -> _BackdropDifference:
        planes = [(rgb[..., c], backdrop[..., c]) for c in range(3)]
        square = sum(behind * behind for _, behind in planes)
        share = sum(here * behind for here, behind in planes) / np.maximum(square, 1)
        tint = np.zeros(rgb.shape[:2], np.float32)
        for here, behind in planes:
            np.maximum(tint, np.abs(here - share * behind), out=tint)
        return cls(np.asarray((share - 1) * np.sqrt(square / 3), np.float32), tint)

    def matches(self, backdrop: Backdrop, edges: Floats) -> Mask:
        """Return the pixels that have the backdrop's colour within noise and ringing, (h, w) bool."""
        level, colour = RINGING
        return np.asarray(
            (np.abs(self.dimmed) < np.maximum(backdrop.tolerance, level * edges))
            & (self.tint < np.maximum(backdrop.tolerance, colour * edges))
        )


def segment_subject(rgb: Floats) -> Silhouette | None:
    """Segment the subject in front of a plain backdrop; `rgb` is (h, w, 3) float32 sRGB in 0 to 255.

    Returns `None` for an image without a plain backdrop.
    """
    rgb = planar(rgb)
    smooth = np.moveaxis(np.stack([ndimage.gaussian_filter(rgb[..., c], 0.8) for c in range(3)]), 0, -1)
    step = 1 + max(rgb.shape) // 600
    backdrop = fit_backdrop(smooth, step)
    if backdrop is None:
        return None
    few = planar(smooth[::step, ::step])
    for last in (False, True):
        edges = _compression_edges(few, backdrop)
        seen = border_components(_BackdropDifference.of(few, backdrop.rgb).matches(backdrop, edges))
        if seen.mean() < 0.02:
            return None
        backdrop = refit_backdrop(few, seen, backdrop, rgb.shape[:2], step=1 if last else step)
    edges = _compression_edges(rgb, backdrop)
    difference = _BackdropDifference.of(smooth, backdrop.rgb)
    near = _BackdropDifference.of(rgb, backdrop.rgb).matches(backdrop, edges)
    near |= difference.matches(backdrop, edges)
    seen = border_components(near)
    behind = seen
    if not seen.all():
        # All that follows happens where no backdrop has been seen yet.
        window = bounds(~seen, WINDOW_PX)
        behind = seen.copy()
        slope = _gradient_magnitude(rgb[window])
        holes = near[window] & ~seen[window]
        part = Backdrop(backdrop.rgb[window], backdrop.noise)
        behind[window] |= _open_holes(holes, rgb[window], part, slope, edges[window], max(near.shape))
        behind[window] = _grow_into_shadows(
            behind[window], difference.dimmed[window], difference.tint[window], part, slope
        )
    min_area = (MIN_COMPONENT * max(near.shape)) ** 2
    subject = _remove_small_components(~_remove_small_components(behind, min_area), min_area)
    return Silhouette(subject, backdrop, *measure_outline(subject, rgb, backdrop))


def _compression_edges(rgb: Floats, backdrop: Backdrop) -> Floats:
    """Return the strongest contrast within a JPEG block of each pixel; zero for an image without ringing."""
    away = max_channel_difference(rgb, backdrop.rgb)
    strong = ndimage.maximum_filter(away, BLOCK_PX)
    wide = ndimage.maximum_filter(away, 5)
    halo = (strong > 60) & (wide < 20)
    if not halo.any():
        return np.zeros_like(away)
    ringing = float(np.quantile(away[halo] / strong[halo], 0.5))
    return strong if ringing > 0.0015 + 2 * backdrop.noise / 100 else np.zeros_like(away)


def _gradient_magnitude(rgb: Floats) -> Floats:
    """Return the largest Sobel gradient of the three channels, (h, w) in 8-bit levels per pixel."""
    steepest = np.zeros(rgb.shape[:2], np.float32)
    for channel in range(3):
        soft = ndimage.gaussian_filter(rgb[..., channel], 1.0)
        np.maximum(steepest, np.hypot(_sobel(soft), _sobel(soft.T).T) / 8, out=steepest)
    return steepest


def _sobel(values: Floats) -> Floats:
    """Return the Sobel gradient down the rows of (h, w); as `ndimage.sobel`, in a third of its time."""
    padded = np.pad(values, 1, mode="symmetric")
    step = padded[2:] - padded[:-2]
    return np.asarray(step[:, :-2] + 2 * step[:, 1:-1] + step[:, 2:])


def bounds(mask: Mask, pad: int) -> tuple[slice, slice]:
    """Return the bounding rows and columns of `mask`, (h, w) bool, `pad` pixels wider."""
    rows, columns = ndimage.find_objects(mask.astype(np.uint8))[0]
    return _widen((rows, columns), pad)


def _widen(box: tuple[slice, slice], pad: int) -> tuple[slice, slice]:
    rows, columns = box
    return (
        slice(max(0, rows.start - pad), rows.stop + pad),
        slice(max(0, columns.start - pad), columns.stop + pad),
    )


def _open_holes(
    holes: Mask, rgb: Floats, backdrop: Backdrop, slope: Floats, edges: Floats, longer_px: int
) -> Mask:
    """Return the enclosed components that show the backdrop, between slats or through a handle.

    A region of the subject that happens to match (a highlight, a pale label) has soft edges, or differs a
    little in colour. A hole has the backdrop's colour throughout and a sharp edge. Before a clipped backdrop
    white print has all of this, so there a narrow region is none. `longer_px` is the photo's longer side.
    """
    opened = np.zeros_like(holes)
    labels, count = ndimage.label(holes)
    if count == 0:
        return opened
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    exact = max(1.5, backdrop.noise) + 1.5 * bool(edges.any())
    noisy = min(2 * SHADOW_SLOPE, 2 + 4 * backdrop.noise)
    clipped = bool(backdrop.rgb.min() >= CLIPPED)
    boxes = ndimage.find_objects(labels)
    for label in np.flatnonzero(sizes[1:] >= (MIN_COMPONENT * longer_px) ** 2) + 1:
        box = boxes[label - 1]
        inside = labels[box] == label
        off = [float((rgb[box][..., c] - backdrop.rgb[box][..., c])[inside].mean()) for c in range(3)]
        if max(map(abs, off)) >= exact:
            continue
        window = _widen(box, WINDOW_PX)
        here = labels[window]
        rim = (here == 0) & (ndimage.grey_dilation(here, size=(5, 5)) == label)
        if not rim.any():
            continue
        sharp = float(ndimage.maximum_filter(slope[window], 7)[rim].mean())
        away = max_channel_difference(rgb[window], backdrop.rgb[window])
        height = float(ndimage.maximum_filter(away, 25)[rim].mean())
        if sharp <= max(min(max(HOLE_EDGE * height, noisy), 2 * SHADOW_SLOPE), SHARP_EDGE * height):
            continue
        if clipped and 2 * _half_width(here == label) < PRINT_WIDTH * longer_px:
            continue
        opened[box] |= inside
    return opened


def _half_width(region: Mask) -> int:
    """Return the half width, in pixels, of the widest square within `region`, (h, w) bool."""
    return int(ndimage.distance_transform_cdt(np.pad(region, 1), "chessboard").max())


def _grow_into_shadows(behind: Mask, dimmed: Floats, tint: Floats, backdrop: Backdrop, slope: Floats) -> Mask:
    """Grow the backdrop mask into shadows: pixels dimmed alike in all channels, without an edge."""
    # A penumbra has the same gradient all around a pixel; an outline has it along a line only.
    ramp = (ndimage.minimum_filter(slope, 7) > slope / 2) & (slope < SHADOW_STEEPEST)
    soft = (
        ((slope < SHADOW_SLOPE + backdrop.noise) | ramp)
        & (tint < SHADOW_TINT + backdrop.noise)
        & (dimmed < 2 * backdrop.tolerance)
    )
    # Morphological opening keeps the growth from leaking through a gap in a faint outline.
    wide = ndimage.binary_opening(soft | behind, np.ones((3, 3)), iterations=2)
    grown = ndimage.binary_propagation(behind, mask=wide | behind)
    return np.asarray(grown | (ndimage.binary_dilation(grown, iterations=2) & soft))


def _remove_small_components(mask: Mask, area: float) -> Mask:
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    keep = sizes >= area
    keep[0] = False
    return np.asarray(keep[labels])
