"""What is wrong with a photo, found before money is spent on it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from vitrine.models import Finding
from vitrine.photos.crop import bounding_box
from vitrine.photos.findings import finding
from vitrine.photos.matte import Matted
from vitrine.photos.sharpness import sharpness
from vitrine.recipe import PhotoOptions

ALPHA_NEEDED = 204
"""TRELLIS.2 finds the subject by alpha > 0.8 * 255, and crashes when no pixel has it."""
CUT_SHARE, TOUCH_SHARE = 0.10, 0.02
"""Share of a side along which a subject may meet the frame before it is cut, or touches."""
PIECE_SHARE = 0.10
"""A piece this large beside the largest one is a subject of its own; smaller ones are parts."""
PIECE_GAP = 0.02
"""Pieces closer than this fraction of the longer side belong together: a strap, a wire, a shadow gap."""
RIM = 0.02
"""Width of the rim of a cut-out that is not judged for blur, as a fraction of its longer side."""
FLAT = 2.0
"""A picture whose brightness has a smaller standard deviation, in 8-bit levels, shows nothing."""


def lint_photo(
    photo: npt.NDArray[np.uint8], matted: Matted, scale: float, options: PhotoOptions
) -> tuple[Finding, ...]:
    """Check `photo`, (h, w, 4) as decoded, with the alpha `matted` gives it; `matted.findings` come first.

    `scale` is original pixels for each pixel: sizes are judged as the camera took them.
    """
    rgb, alpha = photo[..., :3], matted.rgba[..., 3]
    found = list(matted.findings)
    if any(f.severity == "error" for f in found):
        return tuple(found)
    if matted.matte == "none":
        spread = float(rgb.mean(axis=-1).std())
        if spread < FLAT and min(alpha.shape) > 1:
            return (*found, finding("nothing-there", measured=0.0, limit=options.min_coverage))
        return (*found, *_small(max(alpha.shape) * scale, options), *_blurred(rgb, alpha > 0, options))
    box = bounding_box(alpha)
    covered = float((alpha.astype(np.float32) / 255).mean())
    if box is None or covered < options.min_coverage:
        return (*found, finding("matte-empty", measured=covered, limit=options.min_coverage))
    if int(alpha.max()) <= ALPHA_NEEDED:
        return (*found, finding("alpha-weak", measured=int(alpha.max()), limit=ALPHA_NEEDED))
    left, top, right, bottom = box
    found += _small(max(right - left, bottom - top) * scale, options)
    found += _cut(alpha, own=matted.matte == "own")
    found += _pieces(alpha)
    window = (slice(top, bottom), slice(left, right))
    found += _blurred(rgb[window], _judged(alpha[window], own=matted.matte == "own"), options)
    return tuple(found)


def _small(length_px: float, options: PhotoOptions) -> list[Finding]:
    if length_px < options.min_subject_px:
        return [finding("photo-too-small", measured=length_px, limit=options.min_subject_px)]
    if length_px < options.warn_subject_px:
        return [finding("photo-small", measured=length_px, limit=options.warn_subject_px)]
    return []


def _judged(alpha: npt.NDArray[np.uint8], *, own: bool) -> npt.NDArray[np.bool_]:
    """Where sharpness is judged: a cut-out's outline is always sharp, and round things darken beside it."""
    if not own:
        return np.ones(alpha.shape, np.bool_)
    rim = max(2, round(RIM * max(alpha.shape)))
    padded = np.pad(alpha, rim)
    return np.asarray(ndimage.minimum_filter(padded, 2 * rim + 1)[rim:-rim, rim:-rim] > 128)


def _blurred(
    rgb: npt.NDArray[np.uint8], where: npt.NDArray[np.bool_], options: PhotoOptions
) -> list[Finding]:
    measured = sharpness(rgb, where)
    if measured < options.min_sharpness:
        return [finding("photo-blurred", measured=measured, limit=options.min_sharpness)]
    if measured < options.warn_sharpness:
        return [finding("photo-soft", measured=measured, limit=options.warn_sharpness)]
    return []


def _cut(alpha: npt.NDArray[np.uint8], *, own: bool) -> list[Finding]:
    """Whether the frame cuts the subject. A cut-out may be trimmed to its outline: then it only touches."""
    seen = alpha > 128
    share = max(float(side.mean()) for side in (seen[0], seen[-1], seen[:, 0], seen[:, -1]))
    if share >= CUT_SHARE and not own:
        return [finding("subject-cut", measured=share, limit=CUT_SHARE)]
    limit = CUT_SHARE if own else TOUCH_SHARE
    return [finding("subject-touches", measured=share, limit=limit)] if share >= limit else []


def _pieces(alpha: npt.NDArray[np.uint8]) -> list[Finding]:
    step = 1 + max(alpha.shape) // 400
    seen = alpha[::step, ::step] > 128
    joined = ndimage.binary_dilation(seen, iterations=max(1, round(PIECE_GAP * max(seen.shape) / 2)))
    labels, count = ndimage.label(joined, np.ones((3, 3)))
    areas = ndimage.sum_labels(seen, labels, np.arange(1, count + 1))
    several = int((areas >= PIECE_SHARE * areas.max(initial=0)).sum())
    return [finding("several-subjects", measured=several, limit=1)] if several > 1 else []
