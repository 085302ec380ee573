"""Fill the padding between the charts of an atlas, so that no mip level of it bleeds into them."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Bools, Pixels
from vitrine.codecs.images import Kind
from vitrine.textures.downsample import halve_masked

FULL_COVERAGE = 0.995
"""An atlas with this part of its texels in use has no padding worth filling."""


def fill_padding(pixels: Pixels, mask: Bools, kind: Kind) -> Pixels:
    """Return a copy whose texels outside `mask` have the mean colour of the texels in use around them.

    Pull-push (S. Gortler et al., "The Lumigraph", 1996): each level averages the texels in use, and fills the
    padding of the level above. Smooth padding compresses well, too.

    Parameters
    ----------
    pixels : (h, w, 3 or 4) uint8
    mask : (h, w) bool
        Texels in use
    """
    if bool(mask.all()):
        return pixels
    height, width = mask.shape
    if height % 2 or width % 2 or min(height, width) < 2:
        return _fill_with_mean(pixels, mask)
    coarse, coarse_mask = halve_masked(pixels, mask, kind)
    coarse = fill_padding(coarse, coarse_mask, kind)
    filled = np.repeat(np.repeat(coarse, 2, axis=0), 2, axis=1)
    np.copyto(filled, pixels, where=mask[..., None])
    return filled


def _fill_with_mean(pixels: Pixels, mask: Bools) -> Pixels:
    if not bool(mask.any()):
        return pixels
    filled = pixels.copy()
    filled[~mask] = np.rint(pixels[mask].mean(axis=0)).astype(np.uint8)
    return filled
