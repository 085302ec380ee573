"""Compare two rendered images: silhouette, colour, structure, shading."""

from __future__ import annotations

import math

import numpy as np

from vitrine.arrays import Bools, Bytes, Floats
from vitrine.compiled import kernels
from vitrine.record import Record
from vitrine.render.render_image import RenderedImage
from vitrine.textures.ssim import IMAGE_WINDOW_PX, image_ssim

PSNR_CAP_DB = 99.0
"""PSNR of equal images, so that means and JSON stay finite"""


class ImageDifference(Record):
    """How far one rendered image is from another, over the pixels where either shows something."""

    silhouette_iou: float
    """Intersection over union of the silhouettes, 0…1"""
    psnr_db: float
    """Of sRGB colours over mid-grey, dB; 99 when equal"""
    ssim: float
    """Of luma, mean over the union of the silhouettes, 1 when equal"""
    normal_deg: float
    """Mean angle between normals where both show something"""


def compare_images(image: RenderedImage, other: RenderedImage) -> ImageDifference:
    """Measure two rendered images of the same size against each other.

    Raises
    ------
    ValueError
        When their sizes differ.
    """
    if image.mask.shape != other.mask.shape:
        raise ValueError(f"images differ in size: {image.mask.shape} and {other.mask.shape}")
    box = _bounding_box((image.rgba[..., 3] > 0) | (other.rgba[..., 3] > 0), IMAGE_WINDOW_PX)
    mask, other_mask = image.mask[box], other.mask[box]
    either = (image.rgba[box][..., 3] > 0) | (other.rgba[box][..., 3] > 0)
    a, b = over_grey(image.rgba[box]), over_grey(other.rgba[box])
    return ImageDifference(
        silhouette_iou=silhouette_iou(mask, other_mask),
        psnr_db=psnr_db(a, b, either),
        ssim=image_ssim(luma(a), luma(b), either),
        normal_deg=normal_deviation_deg(image.normal[box], other.normal[box], mask & other_mask),
    )


def _bounding_box(mask: Bools, margin_px: int) -> tuple[slice, slice]:
    """The rows and columns of the smallest rectangle around a mask with a margin; all when it is empty."""
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    if not len(rows):
        return slice(None), slice(None)
    top, left = max(int(rows[0]) - margin_px, 0), max(int(columns[0]) - margin_px, 0)
    return slice(top, int(rows[-1]) + margin_px + 1), slice(left, int(columns[-1]) + margin_px + 1)


def silhouette_iou(mask: Bools, other: Bools) -> float:
    """Return the intersection over union of two masks (h, w); 1 when both are empty."""
    union = int((mask | other).sum())
    return 1.0 if union == 0 else int((mask & other).sum()) / union


def psnr_db(a: Floats, b: Floats, mask: Bools) -> float:
    """Return the peak signal-to-noise ratio of two images (h, w, 3) in 0…255 over a mask (h, w), in dB."""
    if not mask.any():
        return PSNR_CAP_DB
    squared = float(np.square((a - b)[mask], dtype=np.float64).mean())
    return PSNR_CAP_DB if squared == 0 else min(PSNR_CAP_DB, 10 * math.log10(255**2 / squared))


def normal_deviation_deg(a: Floats, b: Floats, mask: Bools) -> float:
    """Return the mean angle in degrees of unit normals (h, w, 3) over a mask (h, w); 0 when it is empty."""
    return kernels.mean_angle_deg(a, b, mask)


def over_grey(rgba: Bytes) -> Floats:
    """Composite (h, w, 4) uint8 over mid-grey: (h, w, 3) float32 in 0…255."""
    return kernels.over_grey(rgba, 128.0)


def luma(rgb: Floats) -> Floats:
    """Return the luma of (h, w, 3), with the weights of ITU-R BT.709: (h, w)."""
    return rgb @ np.array([0.2126, 0.7152, 0.0722], np.float32)
