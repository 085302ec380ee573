"""Where a photo's alpha comes from: the photo itself, a removed studio backdrop, or nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from vitrine.models import Finding
from vitrine.photos.alpha_matting import estimate_alpha
from vitrine.photos.findings import finding
from vitrine.photos.silhouette import segment_subject
from vitrine.recipe import PhotoOptions

OPAQUE = 250
"""Alpha from here on counts as opaque: some editors save 254 for a whole picture."""


@dataclass(frozen=True, slots=True)
class Matted:
    """A photo with its alpha settled."""

    rgba: npt.NDArray[np.uint8]
    """(h, w, 4); alpha is 255 everywhere when `matte` is `none`"""
    matte: Literal["own", "backdrop", "none"]
    findings: tuple[Finding, ...] = ()


def matte(rgba: npt.NDArray[np.uint8], options: PhotoOptions) -> Matted:
    """Settle the alpha of `rgba`, (h, w, 4) uint8.

    The photo's own alpha wins if it has one: an alpha that is (nearly) opaque everywhere is none. Else a
    plain backdrop is removed, provided that the subject stands out from it; a messy cut buys slabs and holes,
    so a doubtful one is not made and the photo is left to the provider's own background removal.
    """
    transparent = float((rgba[..., 3] < OPAQUE).mean())
    if transparent > 0.001:
        return Matted(rgba, "own")
    opaque = rgba.copy()
    opaque[..., 3] = 255
    if not options.remove_backdrop:
        return Matted(opaque, "none")
    rgb = rgba[..., :3].astype(np.float32)
    found = segment_subject(rgb)
    if found is None:
        return Matted(opaque, "none", (finding("backdrop-kept"),))
    area = float(found.subject.mean())
    if area < options.min_coverage:
        return Matted(opaque, "none", (finding("nothing-there", measured=area, limit=options.min_coverage),))
    if found.clear < options.min_clear_outline:
        doubt = finding("outline-unclear", measured=found.clear, limit=options.min_clear_outline)
        return Matted(opaque, "none", (doubt,))
    return Matted(estimate_alpha(rgb, found.subject, found.backdrop.rgb), "backdrop")
