"""Check a photo before money is spent on it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vitrine.models import Finding, Severity
from vitrine.photos import ndimage
from vitrine.photos.composition import banner_depth, check_composition
from vitrine.photos.crop import bounding_box
from vitrine.photos.findings import photo_finding
from vitrine.photos.matting.matte import MattedPhoto
from vitrine.photos.sharpness import MEASURED_PX, sharpness, sharpness_at_full_size
from vitrine.recipe import PhotoOptions

ALPHA_NEEDED = 204
"""TRELLIS.2 finds the subject by alpha > 0.8 * 255, and crashes when no pixel has it."""
CUT_SHARE, TOUCH_SHARE = 0.10, 0.02
"""Share of a frame side that the subject may cover before it counts as cut, or as touching."""
MIN_SUBJECT_SHARE = 0.10
"""A component whose area is at least this share of the largest one is a subject of its own."""
JOIN_GAP = 0.02
"""Components closer than this fraction of the longer side count as one: a strap, a wire, a shadow gap."""
ALPHA_BORDER = 0.02
"""Width along a cut-out's outline that is left out of the sharpness, as a fraction of its longer side."""
COLLAGE_SUBJECTS = 3
"""So many subjects are a collage, or a set; two may be a pair."""
WHOLE_SIDE = 0.95
"""Share of a frame side from which on a band covers it, rather than a subject that is cut."""
LONG = 8.0
"""Ratio of the subject's sides from which on its width has under 128 of the prepared photo's 1024 pixels."""
ENLARGED = 0.12
"""Sharpness at full size below which a photo was enlarged four times or more."""
DARK = 64
"""Level that at least 0.5 % of a photo's pixels should reach."""
MIN_CONTRAST = 2.0
"""A photo whose brightness has a smaller standard deviation, in 8-bit levels, shows nothing."""


def lint_photo(
    photo: npt.NDArray[np.uint8], matted: MattedPhoto, scale: float, options: PhotoOptions
) -> tuple[Finding, ...]:
    """Return the findings about a photo, those of its matte first.

    Parameters
    ----------
    photo
        (h, w, 4) uint8 sRGB, as decoded.
    matted
        The same photo with its final alpha, (h, w, 4) uint8.
    scale
        Pixels of the original for each pixel here, >= 1: the limits hold for the original.
    """
    cut = matted.rgba if matted.cut is None else matted.cut
    rgb, alpha = photo[..., :3], cut[..., 3]
    found = list(matted.findings)
    if any(f.severity == "error" and f.code != "OBJECT_UNCLEAR" for f in found):
        return tuple(found)
    if matted.matte != "own":
        composition = check_composition(rgb)
        found += composition
        if any(f.severity == "error" for f in composition):
            return tuple(found)
        found += _check_brightness(rgb)
    if matted.matte == "none" and matted.cut is None:
        spread = float(rgb.mean(axis=-1).std())
        if spread < MIN_CONTRAST and min(alpha.shape) > 1:
            return (*found, photo_finding("NOTHING_THERE", measured=0.0, limit=options.min_coverage))
        return (
            *found,
            *_check_size(max(alpha.shape) * scale, options),
            *_check_sharpness(rgb, alpha > 0, options, own=False),
        )
    box = bounding_box(alpha)
    covered = float((alpha.astype(np.float32) / 255).mean())
    if box is None or covered < options.min_coverage:
        return (*found, photo_finding("MATTE_EMPTY", measured=covered, limit=options.min_coverage))
    if int(alpha.max()) <= ALPHA_NEEDED:
        return (*found, photo_finding("ALPHA_WEAK", measured=int(alpha.max()), limit=ALPHA_NEEDED))
    own = matted.matte == "own"
    left, top, right, bottom = box
    found += _check_size(max(right - left, bottom - top) * scale, options)
    found += _check_elongation(right - left, bottom - top)
    border = _check_border(rgb, alpha, own=own)
    # A cut that is not sure enough to send does not tell whether the frame cuts the subject.
    found += [as_warning(f) for f in border] if matted.cut is not None else border
    found += _check_components(alpha)
    window = (slice(top, bottom), slice(left, right))
    found += _check_sharpness(
        rgb[window],
        _sharpness_mask(alpha[window], own=own),
        options,
        own=own,
    )
    return tuple(found)


def as_warning(found: Finding) -> Finding:
    """Return an error as a warning; other findings as they are."""
    return found.model_copy(update={"severity": "warning"}) if found.severity == "error" else found


def _check_size(length_px: float, options: PhotoOptions) -> list[Finding]:
    if length_px < options.min_subject_px:
        return [photo_finding("PHOTO_TOO_SMALL", measured=length_px, limit=options.min_subject_px)]
    if length_px < options.warn_subject_px:
        return [photo_finding("PHOTO_SMALL", measured=length_px, limit=options.warn_subject_px)]
    return []


def _sharpness_mask(alpha: npt.NDArray[np.uint8], *, own: bool) -> npt.NDArray[np.bool_]:
    """Return the pixels whose sharpness counts, (h, w) bool.

    In a cut-out these are the ones away from its outline, which is always sharp.
    """
    if not own:
        return np.ones(alpha.shape, np.bool_)
    rim = max(2, round(ALPHA_BORDER * max(alpha.shape)))
    padded = np.pad(alpha, rim)
    return np.asarray(ndimage.minimum_filter(padded, 2 * rim + 1)[rim:-rim, rim:-rim] > 128)


def _check_sharpness(
    rgb: npt.NDArray[np.uint8], where: npt.NDArray[np.bool_], options: PhotoOptions, *, own: bool
) -> list[Finding]:
    measured = sharpness(rgb, where)
    if measured < options.min_sharpness:
        return [photo_finding("PHOTO_BLURRED", measured=measured, limit=options.min_sharpness)]
    if measured < options.warn_sharpness:
        return [photo_finding("PHOTO_SOFT", measured=measured, limit=options.warn_sharpness)]
    # What is sharp at 512 px may still be enlarged if it is larger; the outline of a cut-out is always sharp.
    if own or max(rgb.shape) <= MEASURED_PX:
        return []
    full = sharpness_at_full_size(rgb)
    return [photo_finding("PHOTO_UPSCALED", measured=full, limit=ENLARGED)] if full < ENLARGED else []


def _check_elongation(width_px: int, height_px: int) -> list[Finding]:
    ratio = max(width_px, height_px) / min(width_px, height_px)
    return [photo_finding("PHOTO_ELONGATED", measured=ratio, limit=LONG)] if ratio > LONG else []


def _check_brightness(rgb: npt.NDArray[np.uint8]) -> list[Finding]:
    brightest = float(np.quantile(rgb[::4, ::4].max(axis=-1), 0.995))
    return [photo_finding("PHOTO_DARK", measured=brightest, limit=DARK)] if brightest < DARK else []


def _check_border(rgb: npt.NDArray[np.uint8], alpha: npt.NDArray[np.uint8], *, own: bool) -> list[Finding]:
    """Tell whether the frame cuts the subject; a cut-out trimmed to its outline only touches it."""
    seen = alpha > 128
    share = max(float(side.mean()) for side in (seen[0], seen[-1], seen[:, 0], seen[:, -1]))
    if share >= WHOLE_SIDE and not own:
        banner = banner_depth(rgb)
        if banner is not None:
            return [photo_finding("PHOTO_BANNER", measured=banner, limit=0)]
    if share >= CUT_SHARE and not own:
        return [photo_finding("SUBJECT_CUT", measured=share, limit=CUT_SHARE)]
    limit = CUT_SHARE if own else TOUCH_SHARE
    return [photo_finding("SUBJECT_TOUCHES", measured=share, limit=limit)] if share >= limit else []


def _check_components(alpha: npt.NDArray[np.uint8]) -> list[Finding]:
    step = 1 + max(alpha.shape) // 400
    seen = alpha[::step, ::step] > 128
    joined = ndimage.binary_dilation(seen, iterations=max(1, round(JOIN_GAP * max(seen.shape) / 2)))
    labels, count = ndimage.label(joined, np.ones((3, 3)))
    areas = ndimage.sum_labels(seen, labels, np.arange(1, count + 1))
    several = int((areas >= MIN_SUBJECT_SHARE * areas.max(initial=0)).sum())
    if several < 2:
        return []
    severity: Severity = "error" if several >= COLLAGE_SUBJECTS else "warning"
    return [photo_finding("SEVERAL_SUBJECTS", measured=several, limit=1, severity=severity)]
