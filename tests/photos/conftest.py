"""Photos made in code, of which the true matte is known."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

RGB = tuple[int, int, int]


@dataclass(frozen=True)
class Scene:
    """A studio photo, and the truth about it."""

    rgb: npt.NDArray[np.uint8]
    alpha: npt.NDArray[np.float32]

    @property
    def opaque(self) -> npt.NDArray[np.uint8]:
        """(h, w, 4) with alpha 255 everywhere."""
        return np.dstack([self.rgb, np.full(self.rgb.shape[:2], 255, np.uint8)])

    @property
    def cutout(self) -> npt.NDArray[np.uint8]:
        """(h, w, 4) with the true alpha."""
        return np.dstack([self.rgb, np.round(self.alpha * 255).astype(np.uint8)])


def chair_drawing(size: int, frame: float = 0.0) -> npt.NDArray[np.float32]:
    """Coverage of a chair with slats, thin legs and see-through gaps, antialiased; `frame` shifts it left."""
    big = 4 * size
    picture = Image.new("L", (big, big), 0)
    draw = ImageDraw.Draw(picture)

    def box(x0: float, y0: float, x1: float, y1: float, fill: int = 255) -> None:
        draw.rectangle(((x0 - frame) * big, y0 * big, (x1 - frame) * big, y1 * big), fill=fill)

    box(0.30, 0.15, 0.70, 0.48)
    for top in (0.20, 0.31):
        box(0.34, top, 0.66, top + 0.07, fill=0)
    box(0.26, 0.46, 0.74, 0.56)
    for left in (0.28, 0.705):
        box(left, 0.55, left + 0.012, 0.86)
    draw.ellipse(((0.42 - frame) * big, 0.50 * big, (0.58 - frame) * big, 0.66 * big), fill=255)
    return np.asarray(picture.resize((size, size), Image.Resampling.BOX), np.float32) / 255


@pytest.fixture(scope="session")
def scene() -> Callable[..., Scene]:
    """Make a studio photo: a chair before a backdrop with a gradient, a soft shadow, and noise."""

    def make(
        size: int = 700,
        colour: RGB = (120, 60, 40),
        backdrop: RGB = (225, 228, 232),
        gradient: float = 0.15,
        shadow: float = 0.35,
        noise: float = 1.0,
        frame: float = 0.0,
    ) -> Scene:
        rng = np.random.default_rng(7)
        alpha = chair_drawing(size, frame)
        y, x = np.mgrid[:size, :size] / size
        light = 1 - gradient * (0.7 * y + 0.3 * (x - 0.5) ** 2)
        ground = ((x - 0.5 + frame) / 0.34) ** 2 + ((y - 0.86) / 0.05) ** 2 < 1
        light = light * (1 - shadow * ndimage.gaussian_filter(ground.astype(float), 0.03 * size))
        behind = np.array(backdrop) * light[..., None]
        grain = ndimage.gaussian_filter(rng.normal(size=(size, size)), (1, 6)) * 60
        front = np.array(colour) * (1 - 0.25 * x[..., None]) + grain[..., None]
        mixed = alpha[..., None] * front + (1 - alpha[..., None]) * behind
        mixed = ndimage.gaussian_filter(mixed, (0.5, 0.5, 0)) + rng.normal(size=mixed.shape) * noise
        return Scene(np.clip(np.round(mixed), 0, 255).astype(np.uint8), alpha)

    return make


@pytest.fixture(scope="session")
def encode() -> Callable[..., bytes]:
    """Encode pixels: `encode(array, "JPEG", quality=80)`."""

    def make(pixels: npt.NDArray[np.uint8] | Image.Image, form: str = "PNG", **options: object) -> bytes:
        picture = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
        buffer = io.BytesIO()
        picture.save(buffer, form, **options)
        return buffer.getvalue()

    return make
