"""Cut out the subject of a photo without a plain backdrop: a learned matte, sharpened by the colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from vitrine.photos import ndimage
from vitrine.photos.matting.alpha_matting import estimate_alpha
from vitrine.photos.matting.backdrop import Floats, Mask, planar
from vitrine.photos.matting.local_colour import sharpen
from vitrine.photos.matting.matte_evidence import Evidence, iou, weigh
from vitrine.photos.matting.salient_object import SalientObjectModel

WORK_PX = 480
"""Longer side of the image in which the matte is sharpened."""
CLOSER, WIDER = 0.12, 0.35
"""Margins around the object in the second and the third look at it, as fractions of its longer side."""
ALIKE = 0.85
"""A third look is taken where the first two agree less (IoU)."""
WORTH_CLOSER = 0.8
"""A second look is taken where it covers less than this share of the photo."""
COARSE, REACHES = 4, (24, 6, 2)
"""The local backdrop is computed at every fourth pixel, from windows of these standard deviations."""
LEAST_PART = 0.03
"""A component smaller than this fraction of the largest one is no part of the product."""
LEAST_HOLE = 0.0004
"""A hole smaller than this fraction of the subject's area is a fault of the matte."""


@dataclass(frozen=True, slots=True)
class LearnedMatte:
    """A photo's subject, and what speaks for and against the cut."""

    rgba: npt.NDArray[np.uint8]
    """(h, w, 4) uint8 sRGB, straight alpha"""
    evidence: Evidence


def cut_salient_object(rgb: npt.NDArray[np.uint8], model: SalientObjectModel) -> LearnedMatte:
    """Cut the salient object out of `rgb`, (h, w, 3) uint8 sRGB.

    The model looks at the whole photo, closer at what it found, and once more if the two differ. Their mean,
    or median, is sharpened with local colours, which also opens enclosed backdrop and drops contact shadows,
    and enlarged to the photo's size.
    """
    small = _shrunk(rgb, WORK_PX)
    first = model.predict(small)
    looks = [first, _look_closer(rgb, first, model, CLOSER)]
    if iou(looks[0] > 0.5, looks[1] > 0.5) < ALIKE:
        looks.append(_look_closer(rgb, first, model, WIDER))
    rough = np.asarray(np.median(looks, axis=0), np.float32)
    level = small.astype(np.float32)
    alpha, matte = sharpen(level, rough)
    subject = _clean(alpha > 0.5, rough)
    behind = local_backdrop(level, subject)
    evidence = weigh(level, behind, looks, rough, subject)
    colours = planar(rgb)
    whole = matte.at(colours) > 0.5
    whole = _clean(whole & _enlarged(ndimage.binary_dilation(subject, iterations=2), whole.shape), None)
    return LearnedMatte(estimate_alpha(colours, whole, enlarge_colours(behind, whole.shape)), evidence)


def _look_closer(rgb: npt.NDArray[np.uint8], first: Floats, model: SalientObjectModel, room: float) -> Floats:
    """Return the probabilities of the model for what it found in `first`, which is smaller than `rgb`."""
    found = ndimage.find_objects((first > 0.5).astype(np.uint8))
    if not found:
        return first
    rows, columns = found[0]
    margin = room * max(rows.stop - rows.start, columns.stop - columns.start)
    height, width = first.shape
    top, bottom = max(0, int(rows.start - margin)), min(height, int(rows.stop + margin) + 1)
    left, right = max(0, int(columns.start - margin)), min(width, int(columns.stop + margin) + 1)
    if (bottom - top) * (right - left) >= WORTH_CLOSER * height * width:
        return first
    scale = rgb.shape[0] / height
    part = rgb[round(top * scale) : round(bottom * scale), round(left * scale) : round(right * scale)]
    closer = Image.fromarray(model.predict(_shrunk(part, WORK_PX)))
    second = np.zeros_like(first)
    second[top:bottom, left:right] = np.asarray(
        closer.resize((right - left, bottom - top), Image.Resampling.BILINEAR)
    )
    return second


def _clean(subject: Mask, rough: Floats | None) -> Mask:
    """Drop loose small parts, those that the model saw nothing in, and holes of a few pixels."""
    labels, count = ndimage.label(subject, np.ones((3, 3)))
    if not count:
        return subject
    sizes = np.bincount(labels.ravel(), minlength=count + 1).astype(np.float64)
    sizes[0] = 0
    keep = sizes >= LEAST_PART * sizes.max()
    if rough is not None:
        seen = ndimage.maximum(rough, labels, np.arange(count + 1))
        keep &= np.asarray(seen) > 0.5
    keep[0] = False
    kept = keep[labels]
    holes, _ = ndimage.label(~kept)
    small = np.bincount(holes.ravel()) < LEAST_HOLE * kept.sum()
    small[0] = False
    return np.asarray(kept | small[holes])


def local_backdrop(rgb: Floats, subject: Mask) -> Floats:
    """Return the colour behind each pixel, (h, w, 3) float32: the mean colour of the backdrop around it."""
    few = rgb[::COARSE, ::COARSE]
    behind = (~ndimage.binary_dilation(subject, iterations=3))[::COARSE, ::COARSE].astype(np.float32)
    mean = (few * behind[..., None]).sum(axis=(0, 1)) / max(1.0, float(behind.sum()))
    found = np.broadcast_to(mean, few.shape)
    # Where a narrow window holds no backdrop, a wider one does.
    for sigma in REACHES:
        share = ndimage.gaussian_filter(behind, sigma)
        near = np.clip(share * 4, 0, 1)[..., None]
        planes = [
            ndimage.gaussian_filter(few[..., c] * behind, sigma) / np.maximum(share, 1e-6) for c in range(3)
        ]
        found = near * np.stack(planes, axis=-1) + (1 - near) * found
    return enlarge_colours(np.asarray(found, np.float32), rgb.shape[:2])


def enlarge_colours(rgb: Floats, shape: tuple[int, ...]) -> Floats:
    """Return (h, w, 3) float32 at another size, `shape`."""
    planes = [Image.fromarray(np.ascontiguousarray(rgb[..., c], np.float32)) for c in range(3)]
    return np.stack([np.asarray(plane.resize((shape[1], shape[0]))) for plane in planes], axis=-1)


def _enlarged(mask: Mask, shape: tuple[int, ...]) -> Mask:
    return np.asarray(Image.fromarray(mask).resize((shape[1], shape[0]), Image.Resampling.NEAREST))


def _shrunk(rgb: npt.NDArray[np.uint8], longest_px: int) -> npt.NDArray[np.uint8]:
    height, width = rgb.shape[:2]
    factor = min(1.0, longest_px / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BOX, reducing_gap=2.0))
