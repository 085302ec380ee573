"""The matte of a photo: its own alpha, one computed from a plain backdrop, a learned one, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from vitrine.models import Finding
from vitrine.photos import ndimage
from vitrine.photos.crop import MIN_ALPHA, bounding_box
from vitrine.photos.findings import photo_finding
from vitrine.photos.matting.alpha_matting import estimate_alpha
from vitrine.photos.matting.backdrop import MAX_NOISE, Floats, Mask, border_detail, planar
from vitrine.photos.matting.card import CARD_FILL, Card, find_card
from vitrine.photos.matting.enclosed import enclosed_share
from vitrine.photos.matting.judge_matte import MAX_ENCLOSED, judge_matte
from vitrine.photos.matting.learned_matte import cut_salient_object
from vitrine.photos.matting.model_file import find_model
from vitrine.photos.matting.salient_object import load_model
from vitrine.photos.matting.silhouette import segment_subject
from vitrine.recipe import PhotoOptions

BUSY_DETAIL = 3.0
"""Least detail along the border of a scene, in 8-bit levels; a backdrop with a gradient has less."""
MAX_VISIBLE_EDGE = 0.9
"""Largest share of the frame's edge that a matte may show, if what it shows is plain."""
HIDDEN = 64
"""Largest alpha that hides a pixel."""
STRAY = 0.004
"""A component smaller than the square of this fraction of the longer side is dust on a cut-out."""
SAME_BACKDROP = 12
"""Largest difference of the backdrop within a thin line from that around it, in 8-bit levels."""
MIN_SIDE_PX = 32
"""A smaller photo shows no object to a model that looks at 320 pixels."""
OPAQUE = 250
"""Least alpha that counts as opaque: some editors save 254 for a whole image."""


@dataclass(frozen=True, slots=True)
class MattedPhoto:
    """A photo with its final alpha channel."""

    rgba: npt.NDArray[np.uint8]
    """(h, w, 4) uint8 sRGB, straight alpha; alpha is 255 everywhere when `matte` is `none`"""
    matte: Literal["own", "backdrop", "learned", "none"]
    findings: tuple[Finding, ...] = ()
    cut: npt.NDArray[np.uint8] | None = None
    """(h, w, 4) uint8, where `matte` is `none`: a cut that is not sent, but that the photo and the model are
    checked with"""


def matte(rgba: npt.NDArray[np.uint8], options: PhotoOptions) -> MattedPhoto:
    """Return `rgba`, (h, w, 4) uint8 sRGB, with the alpha channel that the model is bought with.

    A photo's own alpha is kept unless it is (nearly) the same everywhere, or a card: a rectangle with a plain
    backdrop on a transparent margin. Otherwise a plain backdrop is removed where the subject stands out from
    it, and where there is none, a model finds the salient object. A poor matte gives models with slabs and
    holes, so where neither is sure the photo stays opaque and the provider removes the background; where the
    product runs into the backdrop, or no object stands out, it is an error.
    """
    if not _is_uniform(rgba[..., 3]):
        card = find_card(rgba) if options.remove_backdrop else None
        if card is None:
            return MattedPhoto(_hide_strays(rgba), "own", _check_inversion(rgba))
        return _cut_card(card, options)
    opaque = rgba.copy()
    opaque[..., 3] = 255
    return _remove_backdrop(opaque, options) if options.remove_backdrop else MattedPhoto(opaque, "none")


def _is_uniform(alpha: npt.NDArray[np.uint8]) -> bool:
    """Tell whether alpha, (h, w), hides nothing: it is opaque, or equally see-through everywhere."""
    if float((alpha < OPAQUE).mean()) <= 0.001:
        return True
    return int(alpha.min()) > HIDDEN and int(alpha.max()) - int(alpha.min()) <= 255 - OPAQUE


def _remove_backdrop(opaque: npt.NDArray[np.uint8], options: PhotoOptions) -> MattedPhoto:
    rgb = planar(opaque[..., :3])
    found = segment_subject(rgb)
    if found is None:
        return _cut_learned(MattedPhoto(opaque, "none", (_backdrop_finding(rgb),)), options)
    area = float(found.subject.mean())
    if area < options.min_coverage:
        nothing = photo_finding("NOTHING_THERE", measured=area, limit=options.min_coverage)
        return MattedPhoto(opaque, "none", (nothing,))
    if found.outline_contrast < options.min_clear_outline:
        if found.lost_length > options.max_lost_outline:
            finding = photo_finding(
                "OUTLINE_LOST", measured=found.lost_length, limit=options.max_lost_outline
            )
        else:
            finding = photo_finding(
                "OUTLINE_UNCLEAR", measured=found.outline_contrast, limit=options.min_clear_outline
            )
        return _cut_learned(MattedPhoto(opaque, "none", (finding,)), options)
    cut = estimate_alpha(rgb, found.subject, found.backdrop.rgb)
    line = _framing_line(np.dstack([opaque[..., :3], cut[..., 3]]), found.subject)
    if line is not None:
        return MattedPhoto(cut, "backdrop", (photo_finding("PHOTO_FRAMED", measured=line, limit=0),))
    enclosed = enclosed_share(rgb, found.backdrop.rgb, found.subject)
    if enclosed <= MAX_ENCLOSED:
        return MattedPhoto(cut, "backdrop")
    doubt = photo_finding("BACKDROP_ENCLOSED", measured=enclosed, limit=MAX_ENCLOSED)
    doubtful = MattedPhoto(opaque, "none", (doubt,), cut)
    learned = _cut_learned(doubtful, options)
    if learned.matte == "learned":
        return learned
    # Neither is sure enough to send. A learned cut without enclosed backdrop is the better judge: it has none
    # of what the backdrop's colour cannot tell from the product, such as a shadow with a sharp edge.
    _, *reasons = learned.findings
    enclosed_too = any(found.code == doubt.code for found in reasons)
    return doubtful if learned.cut is None or enclosed_too else learned


def _framing_line(cut: npt.NDArray[np.uint8], subject: Mask) -> float | None:
    """Return how far a thin line around the product is from the photo's edge, as a fraction of its size.

    The subject is a card then: a rectangle along whose edge the backdrop goes on. `None` without a line.
    """
    card = find_card(cut)
    behind = cut[::4, ::4][~subject[::4, ::4]][:, :3]
    if card is None or not len(behind):
        return None
    if float(np.abs(card.backdrop - np.median(behind, axis=0)).max()) > SAME_BACKDROP:
        return None
    left, top, right, bottom = card.box
    height, width = cut.shape[:2]
    return float(min(left, top, width - right, height - bottom) / min(height, width))


def _cut_learned(kept: MattedPhoto, options: PhotoOptions) -> MattedPhoto:
    """Cut an opaque photo by what a model finds in it; `kept` is what is done without one."""
    path = find_model(options.matte_model)
    if path is None or min(kept.rgba.shape[:2]) < MIN_SIDE_PX:
        return kept
    learned = cut_salient_object(kept.rgba[..., :3], load_model(path))
    lost = any(found.code == "OUTLINE_LOST" for found in kept.findings)
    verdict, reasons = judge_matte(learned.evidence, options, lost=lost)
    if verdict == "send":
        return MattedPhoto(learned.rgba, "learned")
    if lost:
        return kept
    return MattedPhoto(
        kept.rgba, "none", (*kept.findings, *reasons), learned.rgba if verdict == "judge" else None
    )


def _backdrop_finding(rgb: Floats) -> Finding:
    detail = border_detail(rgb)
    if detail < BUSY_DETAIL:
        return photo_finding("BACKDROP_KEPT")
    return photo_finding("BACKDROP_BUSY", measured=detail, limit=BUSY_DETAIL)


def _cut_card(card: Card, options: PhotoOptions) -> MattedPhoto:
    """Remove the backdrop within the card; what is around it stays transparent."""
    opaque = np.full(card.rgb.shape[:2], 255, np.uint8)
    cut = _remove_backdrop(np.dstack([card.rgb, opaque]), options)
    found = (photo_finding("ALPHA_CARD", measured=card.fill, limit=CARD_FILL), *cut.findings)
    return MattedPhoto(cut.rgba, cut.matte, found, cut.cut)


def _hide_strays(rgba: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Make dust transparent that would widen the crop: components far smaller than the subject."""
    alpha = rgba[..., 3]
    box = bounding_box(alpha)
    if box is None:
        return rgba
    labels, count = ndimage.label(alpha >= MIN_ALPHA, np.ones((3, 3)))
    if count == 1:
        return rgba
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    small = sizes < min(int(sizes[1:].max()), (STRAY * max(alpha.shape)) ** 2)
    small[0] = False
    strays = small[labels]
    kept = np.where(strays, 0, alpha)
    if bounding_box(kept) == box:
        return rgba
    return np.dstack([rgba[..., :3], kept])


def _check_inversion(rgba: npt.NDArray[np.uint8]) -> tuple[Finding, ...]:
    """Find an alpha channel that shows a plain backdrop all around and hides what is within."""
    alpha = rgba[..., 3]
    edge = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    seen = float((edge >= OPAQUE).mean())
    if seen <= MAX_VISIBLE_EDGE:
        return ()
    shown = rgba[alpha >= OPAQUE][:, :3]
    if float(np.abs(shown - np.median(shown, axis=0)).max(axis=1).mean()) > MAX_NOISE:
        return ()
    return (photo_finding("ALPHA_INVERTED", measured=seen, limit=MAX_VISIBLE_EDGE),)
