"""The matte of a photo: its own alpha, one computed from a plain backdrop, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from vitrine.models import Finding
from vitrine.photos.alpha_matting import estimate_alpha
from vitrine.photos.findings import photo_finding
from vitrine.photos.silhouette import segment_subject
from vitrine.recipe import PhotoOptions

OPAQUE = 250
"""Least alpha that counts as opaque: some editors save 254 for a whole image."""


@dataclass(frozen=True, slots=True)
class MattedPhoto:
    """A photo with its final alpha channel."""

    rgba: npt.NDArray[np.uint8]
    """(h, w, 4) uint8 sRGB, straight alpha; alpha is 255 everywhere when `matte` is `none`"""
    matte: Literal["own", "backdrop", "none"]
    findings: tuple[Finding, ...] = ()


def matte(rgba: npt.NDArray[np.uint8], options: PhotoOptions) -> MattedPhoto:
    """Return `rgba`, (h, w, 4) uint8 sRGB, with the alpha channel that the model is bought with.

    A photo's own alpha is kept unless it is (nearly) opaque everywhere. Otherwise a plain backdrop is removed
    where the subject stands out from it. A poor matte gives models with slabs and holes, so where the outline
    is unclear the photo stays opaque and the provider removes the background.
    """
    transparent = float((rgba[..., 3] < OPAQUE).mean())
    if transparent > 0.001:
        return MattedPhoto(rgba, "own")
    opaque = rgba.copy()
    opaque[..., 3] = 255
    if not options.remove_backdrop:
        return MattedPhoto(opaque, "none")
    rgb = rgba[..., :3].astype(np.float32)
    found = segment_subject(rgb)
    if found is None:
        return MattedPhoto(opaque, "none", (photo_finding("BACKDROP_KEPT"),))
    area = float(found.subject.mean())
    if area < options.min_coverage:
        return MattedPhoto(
            opaque, "none", (photo_finding("NOTHING_THERE", measured=area, limit=options.min_coverage),)
        )
    if found.outline_contrast < options.min_clear_outline:
        unclear = photo_finding(
            "OUTLINE_UNCLEAR", measured=found.outline_contrast, limit=options.min_clear_outline
        )
        return MattedPhoto(opaque, "none", (unclear,))
    return MattedPhoto(estimate_alpha(rgb, found.subject, found.backdrop.rgb), "backdrop")
