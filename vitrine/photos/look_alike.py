"""Tell whether two photos are one photo that was saved twice, in another quality or format.

A wrong yes sells one product with the model of another, and a wrong no costs one more model: the limits are
strict. Two colours of a product, or another text on its label, are two photos.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from vitrine.arrays import Pixels

COMPARED_PX = 256
"""Longer side at which photos are compared: the noise of JPEG is averaged out, and labels can be told."""
NOISE = 2
"""Levels that brightness must rise by, so that the noise of a white backdrop sets no bit."""
MAX_HASH_BITS = 4
"""Bits of 64 in which the perceptual hashes of one photo may differ."""
MAX_MEAN = 0.012
"""Mean difference where the photo is no backdrop, 0 to 1: three levels of 255."""
MAX_SHIFT = 0.006
"""Mean difference of one channel there, with its sign: another colour shifts it, and JPEG does not."""
MAX_LOCAL = 0.06
"""Largest difference of a pixel, 0 to 1: fifteen levels of 255."""
BACKDROP = 0.04
"""A pixel that differs less from the photo's corners is backdrop."""
MAX_ASPECT = 0.01
MIN_SIZE_RATIO = 0.75
"""The photo that is bought has at least this fraction of the other's size."""


def perceptual_hash(pixels: Pixels) -> str:
    """Return the difference hash of (h, w, 4) uint8, 64 bits in hex: whether brightness rises to the right.

    Source: Neal Krawetz, "Kind of like that" (2013).
    """
    image = _on_white(pixels).convert("L").resize((9, 8), Image.Resampling.BOX)
    values = np.asarray(image, np.int16)
    return np.packbits(values[:, 1:] > values[:, :-1] + NOISE).tobytes().hex()


def look_alike(bought: Pixels, other: Pixels) -> bool:
    """Whether a model of the photo `bought` may serve for `other`: (h, w, 4) uint8, as decoded."""
    (height, width), (other_height, other_width) = bought.shape[:2], other.shape[:2]
    longer, other_longer = max(height, width), max(other_height, other_width)
    if min(longer, other_longer) < COMPARED_PX or longer < MIN_SIZE_RATIO * other_longer:
        return False
    if abs(width / height - other_width / other_height) > MAX_ASPECT * width / height:
        return False
    scale = COMPARED_PX / longer
    size = max(1, round(width * scale)), max(1, round(height * scale))
    first, second = _small(bought, size), _small(other, size)
    difference = first - second
    if float(np.abs(difference).max()) > MAX_LOCAL:
        return False
    corners = first[[0, 0, -1, -1], [0, -1, 0, -1]]
    content = np.abs(first - np.median(corners, axis=0)).max(axis=-1) > BACKDROP
    if not content.any():
        return False
    seen = difference[content]
    return float(np.abs(seen).mean()) <= MAX_MEAN and float(np.abs(seen.mean(axis=0)).max()) <= MAX_SHIFT


def _small(pixels: Pixels, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """(h, w, 4) float32, 0 to 1: colours on white, and alpha."""
    colours = _on_white(pixels).resize(size, Image.Resampling.BOX)
    alpha = Image.fromarray(np.ascontiguousarray(pixels[..., 3])).resize(size, Image.Resampling.BOX)
    stacked = np.dstack([np.asarray(colours, np.float32), np.asarray(alpha, np.float32)])
    return (stacked / 255).astype(np.float32)


def _on_white(pixels: Pixels) -> Image.Image:
    image = Image.fromarray(pixels).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
