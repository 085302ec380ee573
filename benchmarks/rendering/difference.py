"""How far two rendered pictures are from each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.render.metrics.image_metrics import luma, over_grey
from vitrine.textures.color_space import LINEAR_OF_BYTE
from vitrine.textures.ssim import image_ssim


@dataclass(frozen=True)
class PictureDifference:
    """Over the pixels where either picture shows something."""

    ssim: float
    """Of luma"""
    delta_e: npt.NDArray[Any]
    """CIE 1976 colour difference of each pixel, (k,)"""


def picture_difference(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> PictureDifference:
    """Compare two pictures, (n, n, 4) sRGB with alpha not premultiplied, over mid-grey."""
    either = (one[..., 3] > 0) | (other[..., 3] > 0)
    a, b = over_grey(one), over_grey(other)
    delta_e = np.linalg.norm(_lab(a) - _lab(b), axis=2)[either]
    return PictureDifference(image_ssim(luma(a), luma(b), either), delta_e)


def _lab(rgb: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """CIE L*a*b* (D65) of (h, w, 3) sRGB in 0…255."""
    light = LINEAR_OF_BYTE[np.rint(rgb).astype(np.uint8)]
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = light @ to_xyz.T / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack(
        [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=2
    )
