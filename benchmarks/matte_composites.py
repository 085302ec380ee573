"""Photos with exact mattes: cut-out products before gradients, textures, tables, rooms and other photos."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

from benchmarks.shared_data import PHOTOS

Floats = npt.NDArray[np.floating]
SIZE = (600, 800)
"""Rows and columns of a composite; every third one is square."""
PLACES = {
    "grass": ("aeroplane", (0.0, 0.70, 1.0, 1.0)),
    "wood": ("bike", (0.0, 0.0, 0.22, 0.6)),
    "water": ("boat", (0.0, 0.0, 0.14, 1.0)),
    "wall": ("wall_only", (0.0, 0.2, 1.0, 1.0)),
}
"""Parts of the shared scenes without their subject: (photo, left, top, right, bottom as fractions)."""


@dataclass(frozen=True)
class Composite:
    """A photo and the truth about it."""

    name: str
    kind: str
    jpeg: bytes
    alpha: npt.NDArray[np.uint8]
    """(h, w) uint8"""


def composites(seed: int = 1) -> Iterator[Composite]:
    """Yield each shared cut-out before one backdrop of each kind."""
    for number, path in enumerate(sorted((PHOTOS / "cutout").glob("*.webp"))):
        product = Image.open(path).convert("RGBA")
        for turn, (kind, backdrop) in enumerate(BACKDROPS.items()):
            rng = np.random.default_rng([seed, number, turn])
            yield _composite(f"{path.stem} · {kind}", kind, product, backdrop, rng)


def _composite(
    name: str,
    kind: str,
    product: Image.Image,
    backdrop: Callable[[tuple[int, int], np.random.Generator], Floats],
    rng: np.random.Generator,
) -> Composite:
    height, width = SIZE if rng.random() < 0.67 else (SIZE[0], SIZE[0])
    behind = backdrop((height, width), rng)
    box = product.getchannel("A").getbbox()
    subject = product.crop(box)
    scale = rng.uniform(0.5, 0.8) * min(height / subject.height, width / subject.width)
    subject = subject.resize((round(subject.width * scale), round(subject.height * scale)))
    left = round((width - subject.width) * rng.uniform(0.3, 0.7))
    top = round((height - subject.height) * rng.uniform(0.5, 0.85))
    layer = Image.new("RGBA", (width, height))
    layer.paste(subject, (left, top))
    front = np.asarray(layer, np.float32)
    alpha = front[..., 3:] / 255
    shaded = behind * (1 - _shadow(alpha[..., 0], top + subject.height, subject.size, rng))[..., None]
    mixed = alpha * front[..., :3] + (1 - alpha) * shaded
    mixed = ndimage.gaussian_filter(mixed, (0.6, 0.6, 0)) + rng.normal(size=mixed.shape) * rng.uniform(1, 4)
    file = io.BytesIO()
    quality = int(rng.integers(70, 93))
    Image.fromarray(np.clip(mixed, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=quality)
    return Composite(name, kind, file.getvalue(), np.asarray(front[..., 3], np.uint8))


def _shadow(alpha: Floats, foot: int, size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """The share of light that the product takes from the ground: dark and sharp at its foot, soft beside."""
    height, width = alpha.shape
    y, x = np.mgrid[:height, :width]
    seen = np.flatnonzero((alpha[max(0, foot - size[1] // 6) : foot] > 0.5).any(axis=0))
    left, right = (int(seen[0]), int(seen[-1])) if len(seen) else (0, width)
    across, down = (right - left) / 2 * 1.05, max(6.0, 0.05 * size[1])
    ellipse = ((x - (left + right) / 2) / across) ** 2 + ((y - foot + 0.3 * down) / down) ** 2 < 1
    contact = ndimage.gaussian_filter(ellipse.astype(np.float32), 0.15 * down)
    shift = (round(0.03 * size[1]), round(rng.uniform(-0.12, 0.12) * size[0]))
    cast = ndimage.gaussian_filter(np.roll(alpha, shift, (0, 1)), 0.06 * size[1])
    total = rng.uniform(0.3, 0.6) * contact + rng.uniform(0.05, 0.25) * cast
    return np.asarray(np.clip(total, 0, 0.8))


def _colour(rng: np.random.Generator, low: int = 40, high: int = 235) -> Floats:
    grey = rng.uniform(low, high)
    return np.clip(grey + rng.normal(size=3) * 22, 10, 245)


def _clouds(shape: tuple[int, int], rng: np.random.Generator, sigma: tuple[float, float]) -> Floats:
    """Blurred noise of deviation 1; wide blurs are made small and enlarged."""
    down, across = (max(1, int(each // 3)) for each in sigma)
    few = rng.normal(size=(-(-shape[0] // down), -(-shape[1] // across)))
    soft = ndimage.gaussian_filter(few, (sigma[0] / down, sigma[1] / across)).astype(np.float32)
    noise = np.asarray(Image.fromarray(soft).resize((shape[1], shape[0]), Image.Resampling.BILINEAR))
    return np.asarray((noise - noise.mean()) / noise.std())


def _gradient(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    y, x = np.mgrid[: shape[0], : shape[1]] / max(shape)
    turn = rng.uniform(0, 2 * np.pi)
    along = x * np.cos(turn) + y * np.sin(turn)
    along = (along - along.min()) / np.ptp(along)
    spot = np.exp(-((x - rng.uniform(0.2, 0.8)) ** 2 + (y - rng.uniform(0.1, 0.5)) ** 2) / 0.08)
    one, other = _colour(rng), _colour(rng)
    return np.asarray(one + (other - one) * along[..., None] + 35 * spot[..., None])


def _texture(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    fine, coarse = _clouds(shape, rng, (2, 2)), _clouds(shape, rng, (40, 40))
    cloth = np.sin(np.arange(shape[1]) / rng.uniform(2, 5)) + np.sin(np.arange(shape[0]) / 3)[:, None]
    return _colour(rng) + (fine * 10 + coarse * 14 + cloth * rng.uniform(0, 6))[..., None]


def _planks(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    grain = _clouds(shape, rng, (1.2, 60)) * 9 + _clouds(shape, rng, (8, 160)) * 10
    rows = np.arange(shape[0]) % int(rng.integers(60, 140)) < 3
    wood = np.array([150, 110, 70]) * rng.uniform(0.5, 1.3) + rng.normal(size=3) * 8
    return wood + grain[..., None] - 40 * rows[:, None, None]


def _table(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """A plain wall above, a wooden table below; a soft edge between, as it is out of focus."""
    height, width = shape
    edge = round(height * rng.uniform(0.4, 0.65))
    wall = _colour(rng, 90, 240) + 8 * _clouds(shape, rng, (60, 60))[..., None]
    image = np.where((np.arange(height) < edge)[:, None, None], wall, _planks(shape, rng))
    light = 1 - 0.35 * np.abs(np.linspace(-rng.uniform(0.3, 1), 1, width))[None, :, None]
    return np.asarray(ndimage.gaussian_filter(image.astype(np.float32), (rng.uniform(1, 4), 1, 0)) * light)


def _room(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """A wall with a window, pictures and a shelf, a skirting board and a floor, blurred a little."""
    height, width = shape
    floor = round(height * rng.uniform(0.6, 0.8))
    image = _colour(rng, 120, 240) + 6 * _clouds(shape, rng, (80, 80))[..., None]
    for _ in range(int(rng.integers(3, 7))):
        top, left = int(rng.integers(0, floor // 2)), int(rng.integers(0, width - 60))
        bottom, right = top + int(rng.integers(40, height // 3)), left + int(rng.integers(50, width // 4))
        image[top:bottom, left:right] = _colour(rng, 30, 150)
        image[top + 8 : bottom - 8, left + 8 : right - 8] = _colour(rng)
    image[floor - 24 : floor] = _colour(rng, 180, 240)
    image[floor:] = _planks(shape, rng)[floor:]
    return np.asarray(ndimage.gaussian_filter(image, (*[rng.uniform(1.5, 6)] * 2, 0)))


def _photo(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """A part of another photo, a little out of focus."""
    scene, (left, top, right, bottom) = list(PLACES.values())[int(rng.integers(len(PLACES)))]
    image = Image.open(PHOTOS / "scenes" / f"{scene}.jpg").convert("RGB")
    width, height = image.size
    part = image.crop(
        (round(left * width), round(top * height), round(right * width), round(bottom * height))
    )
    scale = max(shape[0] / part.height, shape[1] / part.width)
    part = part.resize((-(-round(part.width * scale) // 1) + 1, round(part.height * scale) + 1))
    pixels = np.asarray(part, np.float32)[: shape[0], : shape[1]]
    return np.asarray(ndimage.gaussian_filter(pixels, (*[rng.uniform(1, 4)] * 2, 0)))


BACKDROPS = {
    "gradient": _gradient,
    "texture": _texture,
    "table": _table,
    "room": _room,
    "photo": _photo,
}


def without_object(seed: int = 1) -> Iterator[Composite]:
    """Yield photos that show no single object: backdrops alone, and shelves full of products."""
    products = [Image.open(path).convert("RGBA") for path in sorted((PHOTOS / "cutout").glob("*.webp"))]
    for number in range(4):
        for kind in ("texture", "table", "room", "photo"):
            rng = np.random.default_rng([seed, 100 + number, len(kind)])
            yield _empty(f"{kind} {number + 1}", BACKDROPS[kind](SIZE, rng), rng)
        rng = np.random.default_rng([seed, 200 + number])
        yield _empty(f"shelf {number + 1}", _shelf(products, rng), rng)


def _empty(name: str, pixels: Floats, rng: np.random.Generator) -> Composite:
    file = io.BytesIO()
    noisy = np.clip(pixels + rng.normal(size=pixels.shape) * 2, 0, 255).astype(np.uint8)
    Image.fromarray(noisy).save(file, "JPEG", quality=85)
    return Composite(name, "no object", file.getvalue(), np.zeros(pixels.shape[:2], np.uint8))


def _shelf(products: list[Image.Image], rng: np.random.Generator) -> Floats:
    """Four boards with six products each."""
    height, width = SIZE
    image = Image.fromarray(np.clip(_planks(SIZE, rng), 0, 255).astype(np.uint8)).convert("RGBA")
    for row in range(4):
        foot = (row + 1) * height // 4 - 20
        image.paste((60, 45, 35, 255), (0, foot, width, foot + 20))
        for column in range(6):
            product = products[int(rng.integers(len(products)))]
            product = product.crop(product.getchannel("A").getbbox())
            scale = rng.uniform(0.7, 0.95) * min(
                (height // 4 - 24) / product.height, width / 6 / product.width
            )
            small = product.resize((round(product.width * scale), round(product.height * scale)))
            left = column * width // 6 + (width // 6 - small.width) // 2
            image.alpha_composite(small, (left, foot - small.height))
    return np.asarray(image.convert("RGB"), np.float32)
