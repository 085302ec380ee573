"""Materials painted by arithmetic: glazes, wood, cloth, metal. Colours are sRGB bytes."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from vitrine.gltf.model import Texture

Colour = tuple[int, int, int]


def noise(size: int, seed: int, *, roughness: float = 1.2, stretch: float = 1.0) -> np.ndarray:
    """Cloudy noise that tiles, (size, size), mean 0 and deviation 1; `stretch` > 1 draws it out along v."""
    rng = np.random.default_rng(seed)
    fy, fx = np.meshgrid(np.fft.fftfreq(size) * size * stretch, np.fft.fftfreq(size) * size, indexing="ij")
    power = np.maximum(np.hypot(fy, fx), 1.0) ** -roughness
    power[0, 0] = 0
    field = np.fft.ifft2(np.fft.fft2(rng.standard_normal((size, size))) * power).real
    normalized: np.ndarray = field / field.std()
    return normalized


def paint(colours: np.ndarray) -> Texture:
    """(h, w, 3) values in 0…255 as a texture."""
    file = io.BytesIO()
    Image.fromarray(np.clip(np.round(colours), 0, 255).astype(np.uint8)).save(file, "PNG", compress_level=1)
    return Texture(file.getvalue(), "image/png")


def mix(a: np.ndarray | Colour, b: np.ndarray | Colour, share: np.ndarray) -> np.ndarray:
    """From `a` to `b` as `share` (h, w) goes from 0 to 1."""
    share = np.clip(share, 0, 1)[..., None]
    mixed: np.ndarray = np.asarray(a, float) * (1 - share) + np.asarray(b, float) * share
    return mixed


def step(value: np.ndarray, middle: float, width: float) -> np.ndarray:
    """0 below `middle`, 1 above it, smoothly over `width`."""
    t = np.clip((value - middle) / width + 0.5, 0, 1)
    smooth: np.ndarray = t * t * (3 - 2 * t)
    return smooth


def speckled(
    size: int, seed: int, base: np.ndarray | Colour, fleck: Colour, amount: float = 2.3
) -> np.ndarray:
    """Stoneware: iron flecks in a glaze that is nowhere quite even."""
    flecks = step(noise(size, seed, roughness=0.35), amount, 0.5)
    uneven = 1 + 0.025 * noise(size, seed + 1, roughness=1.6)[..., None]
    return mix(np.broadcast_to(np.asarray(base, float), (size, size, 3)) * uneven, fleck, flecks * 0.8)


def wood(size: int, seed: int, light: Colour, dark: Colour, rings: float = 7.0) -> np.ndarray:
    """Planks sawn lengthwise: the grain runs along v."""
    u = np.arange(size) / size
    drift = noise(size, seed, roughness=1.9, stretch=7.0)
    grain = 0.5 + 0.5 * np.sin(2 * np.pi * (rings * u[None] + 0.55 * drift))
    pores = step(noise(size, seed + 1, roughness=0.5, stretch=26.0), 1.1, 1.2)
    share = 0.55 * grain**1.5 + 0.16 * noise(size, seed + 2, roughness=1.3, stretch=14.0)
    return mix(mix(light, dark, share), (np.asarray(dark) * 0.55).astype(int), 0.5 * pores)


def weave(size: int, seed: int, light: Colour, dark: Colour, threads: int) -> tuple[np.ndarray, np.ndarray]:
    """Plain-woven cloth: its colours and its height (size, size) in 0…1."""
    at = np.arange(size) / size * threads
    over = (np.floor(at)[:, None] + np.floor(at)[None]) % 2
    warp, weft = np.abs(np.sin(np.pi * at))[None] ** 0.7, np.abs(np.sin(np.pi * at))[:, None] ** 0.7
    height = np.where(over > 0, warp * (0.6 + 0.4 * weft), weft * (0.6 + 0.4 * warp))
    slub = (
        0.10 * noise(size, seed, roughness=0.8, stretch=8.0) + 0.10 * noise(size, seed + 1, roughness=0.8).T
    )
    return mix(dark, light, height + slub), height


def bumps(height: np.ndarray, strength: float) -> Texture:
    """A normal map from heights (h, w); `strength` is the slope of a step of 1 over one texel."""
    right = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * strength / 2
    down = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) * strength / 2
    normal = np.stack([-right, down, np.ones_like(right)], axis=2)
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    return paint(normal * 127.5 + 127.5)
