"""Picture against picture: outline, colour, structure, shading."""

from __future__ import annotations

import math

import numpy as np
from scipy.ndimage import uniform_filter

from vitrine.arrays import Bools, Bytes, Floats
from vitrine.record import Record
from vitrine.render.render_image import RenderedImage

WINDOW_PX = 7
"""Side of the window that structural similarity looks through."""
PSNR_CAP_DB = 99.0
"""What equal pictures get, so that means and JSON stay finite."""


class ImageDifference(Record):
    """How far one view is from another, over the pixels where either shows something."""

    silhouette_iou: float
    """Common outline area over joint outline area, 0…1"""
    psnr_db: float
    """Of sRGB colours on mid-grey, dB; 99 when equal"""
    ssim: float
    """Of luminance, mean over the joint outline, 1 when equal"""
    normal_deg: float
    """Mean angle between normals where both show something"""


def compare_images(view: RenderedImage, other: RenderedImage) -> ImageDifference:
    """Measure two views of the same size against each other.

    Raises `ValueError` when their sizes differ.
    """
    if view.mask.shape != other.mask.shape:
        raise ValueError(f"views differ in size: {view.mask.shape} and {other.mask.shape}")
    box = _around((view.rgba[..., 3] > 0) | (other.rgba[..., 3] > 0), WINDOW_PX)
    mask, other_mask = view.mask[box], other.mask[box]
    either = (view.rgba[box][..., 3] > 0) | (other.rgba[box][..., 3] > 0)
    a, b = on_grey(view.rgba[box]), on_grey(other.rgba[box])
    return ImageDifference(
        silhouette_iou=silhouette_iou(mask, other_mask),
        psnr_db=psnr_db(a, b, either),
        ssim=ssim(luminance(a), luminance(b), either),
        normal_deg=normal_deviation_deg(view.normal[box], other.normal[box], mask & other_mask),
    )


def _around(where: Bools, margin_px: int) -> tuple[slice, slice]:
    """The smallest rectangle with everything marked, and a margin; the whole when nothing is."""
    rows, columns = np.nonzero(where.any(axis=1))[0], np.nonzero(where.any(axis=0))[0]
    if not len(rows):
        return slice(None), slice(None)
    top, left = max(int(rows[0]) - margin_px, 0), max(int(columns[0]) - margin_px, 0)
    return slice(top, int(rows[-1]) + margin_px + 1), slice(left, int(columns[-1]) + margin_px + 1)


def silhouette_iou(mask: Bools, other: Bools) -> float:
    """Intersection over union of two outlines; two empty ones are equal."""
    union = int((mask | other).sum())
    return 1.0 if union == 0 else int((mask & other).sum()) / union


def psnr_db(a: Floats, b: Floats, where: Bools) -> float:
    """Peak signal-to-noise ratio of two pictures (h, w, 3) in 0…255, over some of their pixels."""
    if not where.any():
        return PSNR_CAP_DB
    squared = float(np.square((a - b)[where], dtype=np.float64).mean())
    return PSNR_CAP_DB if squared == 0 else min(PSNR_CAP_DB, 10 * math.log10(255**2 / squared))


def ssim(a: Floats, b: Floats, where: Bools) -> float:
    """Structural similarity of two grey pictures in 0…255, mean over some pixels.

    Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004, with a
    uniform window and its constants (0.01, 0.03).
    """
    if not where.any():
        return 1.0
    box = _around(where, WINDOW_PX)
    a, b, where = a[box].astype(np.float32), b[box].astype(np.float32), where[box]

    def mean(values: Floats) -> Floats:
        averaged: Floats = uniform_filter(values, WINDOW_PX, mode="nearest")
        return averaged

    ma, mb = mean(a), mean(b)
    va, vb, cov = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    score = ((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
    return float(score[where].mean())


def normal_deviation_deg(a: Floats, b: Floats, where: Bools) -> float:
    """Mean angle in degrees between unit normals (h, w, 3), over some pixels; 0 when there are none."""
    if not where.any():
        return 0.0
    p, q = a[where].astype(np.float64), b[where].astype(np.float64)
    # Better than arccos near 0, where it matters (W. Kahan).
    apart, together = np.linalg.norm(p - q, axis=1), np.linalg.norm(p + q, axis=1)
    return float(np.degrees(2 * np.arctan2(apart, together)).mean())


def on_grey(rgba: Bytes) -> Floats:
    """(h, w, 4) uint8 laid on mid-grey: (h, w, 3) float32 in 0…255."""
    alpha = rgba[..., 3:].astype(np.float32) / 255
    return rgba[..., :3] * alpha + np.float32(128) * (1 - alpha)


def luminance(rgb: Floats) -> Floats:
    """Rec. 709 luma of (h, w, 3)."""
    return rgb @ np.array([0.2126, 0.7152, 0.0722], np.float32)
