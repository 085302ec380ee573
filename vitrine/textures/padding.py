"""Fill what lies between the charts of an atlas, so that no mip level of it bleeds into them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Pixels
from vitrine.codecs.images import Kind
from vitrine.textures.images import halve_masked

ENOUGH = 0.995
"""With so much of a picture in use there are no gaps worth the work."""


def fill_padding(pixels: Pixels, mask: npt.NDArray[np.bool_], kind: Kind) -> Pixels:
    """A copy whose unused texels have the mean colour of the used ones around, found at ever coarser levels.

    Pull-push (S. Gortler et al., "The Lumigraph", 1996): each level averages used texels alone, and passes
    what it has up to the gaps of the level above. Smooth gaps take few bytes, too.
    """
    if bool(mask.all()):
        return pixels
    height, width = mask.shape
    if height % 2 or width % 2 or min(height, width) < 2:
        return _with_the_mean(pixels, mask)
    coarse, covered = halve_masked(pixels, mask, kind)
    coarse = fill_padding(coarse, covered, kind)
    filled = np.repeat(np.repeat(coarse, 2, axis=0), 2, axis=1)
    np.copyto(filled, pixels, where=mask[..., None])
    return filled


def _with_the_mean(pixels: Pixels, mask: npt.NDArray[np.bool_]) -> Pixels:
    if not bool(mask.any()):
        return pixels
    filled = pixels.copy()
    filled[~mask] = np.rint(pixels[mask].mean(axis=0)).astype(np.uint8)
    return filled
