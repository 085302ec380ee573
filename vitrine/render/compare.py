"""Picture against picture: outline, colour, structure, shading."""

from __future__ import annotations

import math

import numpy as np
from scipy.ndimage import uniform_filter

from vitrine.record import Record
from vitrine.render.arrays import Bytes, Flags, Floats
from vitrine.render.view import View

PSNR_CAP_DB = 99.0
"""What equal pictures get, so that means and JSON stay finite."""


class Difference(Record):
    """How far one view is from another, over the pixels where either shows something."""

    silhouette_iou: float
    """Common outline area over joint outline area, 0…1"""
    psnr_db: float
    """Of sRGB colours on mid-grey, dB; 99 when equal"""
    ssim: float
    """Of luminance, mean over the joint outline, 1 when equal"""
    normal_deg: float
    """Mean angle between normals where both show something"""


def compare_views(view: View, other: View) -> Difference:
    """Measure two views of the same size against each other.

    Raises `ValueError` when their sizes differ.
    """
    if view.mask.shape != other.mask.shape:
        raise ValueError(f"views differ in size: {view.mask.shape} and {other.mask.shape}")
    either = (view.rgba[..., 3] > 0) | (other.rgba[..., 3] > 0)
    a, b = on_grey(view.rgba), on_grey(other.rgba)
    return Difference(
        silhouette_iou=silhouette_iou(view.mask, other.mask),
        psnr_db=psnr_db(a, b, either),
        ssim=ssim(luminance(a), luminance(b), either),
        normal_deg=normal_deviation_deg(view.normal, other.normal, view.mask & other.mask),
    )


def silhouette_iou(mask: Flags, other: Flags) -> float:
    """Intersection over union of two outlines; two empty ones are equal."""
    union = int((mask | other).sum())
    return 1.0 if union == 0 else int((mask & other).sum()) / union


def psnr_db(a: Floats, b: Floats, where: Flags) -> float:
    """Peak signal-to-noise ratio of two pictures (h, w, 3) in 0…255, over some of their pixels."""
    if not where.any():
        return PSNR_CAP_DB
    squared = float(np.square((a - b)[where], dtype=np.float64).mean())
    return PSNR_CAP_DB if squared == 0 else min(PSNR_CAP_DB, 10 * math.log10(255**2 / squared))


def ssim(a: Floats, b: Floats, where: Flags, window_px: int = 7) -> float:
    """Structural similarity of two grey pictures in 0…255, mean over some pixels.

    Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004, with a
    uniform window and its constants (0.01, 0.03).
    """
    if not where.any():
        return 1.0
    rows, columns = np.nonzero(where)
    pad = window_px
    top, left = max(rows.min() - pad, 0), max(columns.min() - pad, 0)
    box = np.s_[top : rows.max() + pad + 1, left : columns.max() + pad + 1]
    a, b, where = a[box].astype(np.float64), b[box].astype(np.float64), where[box]

    def mean(values: Floats) -> Floats:
        averaged: Floats = uniform_filter(values, window_px, mode="nearest")
        return averaged

    ma, mb = mean(a), mean(b)
    va, vb, cov = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    score = ((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
    return float(score[where].mean())


def normal_deviation_deg(a: Floats, b: Floats, where: Flags) -> float:
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
