"""Procedural textures: glaze, wood, cloth and a dial. Colours are sRGB values 0…255."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from vitrine.gltf.model import Texture

Colour = tuple[int, int, int]


def noise(size: int, seed: int, *, roughness: float = 1.2, stretch: float = 1.0) -> np.ndarray:
    """Tileable noise (size, size), mean 0 and standard deviation 1; `stretch` > 1 stretches it along v."""
    rng = np.random.default_rng(seed)
    fy, fx = np.meshgrid(np.fft.fftfreq(size) * size * stretch, np.fft.fftfreq(size) * size, indexing="ij")
    power = np.maximum(np.hypot(fy, fx), 1.0) ** -roughness
    power[0, 0] = 0
    field = np.fft.ifft2(np.fft.fft2(rng.standard_normal((size, size))) * power).real
    normalized: np.ndarray = field / field.std()
    return normalized


def encode_texture(colours: np.ndarray) -> Texture:
    """Encode an image (h, w, 3), values 0…255, as a PNG texture."""
    file = io.BytesIO()
    Image.fromarray(np.clip(np.round(colours), 0, 255).astype(np.uint8)).save(file, "PNG", compress_level=1)
    return Texture(file.getvalue(), "image/png")


def lerp(a: np.ndarray | Colour, b: np.ndarray | Colour, share: np.ndarray) -> np.ndarray:
    """Interpolate from `a` to `b`, colours or (h, w, 3), by `share` (h, w), clipped to 0…1."""
    share = np.clip(share, 0, 1)[..., None]
    mixed: np.ndarray = np.asarray(a, float) * (1 - share) + np.asarray(b, float) * share
    return mixed


def smoothstep(value: np.ndarray, middle: float, width: float) -> np.ndarray:
    """Smoothstep: 0 below `middle`, 1 above it, with a transition of `width`."""
    t = np.clip((value - middle) / width + 0.5, 0, 1)
    smooth: np.ndarray = t * t * (3 - 2 * t)
    return smooth


def speckle(
    size: int, seed: int, base: np.ndarray | Colour, fleck: Colour, amount: float = 2.3
) -> np.ndarray:
    """Stoneware glaze (size, size, 3): an uneven base colour with flecks."""
    flecks = smoothstep(noise(size, seed, roughness=0.35), amount, 0.5)
    uneven = 1 + 0.025 * noise(size, seed + 1, roughness=1.6)[..., None]
    return lerp(np.broadcast_to(np.asarray(base, float), (size, size, 3)) * uneven, fleck, flecks * 0.8)


def wood(size: int, seed: int, light: Colour, dark: Colour, rings: float = 7.0) -> np.ndarray:
    """Wood (size, size, 3) with its grain along v."""
    u = np.arange(size) / size
    drift = noise(size, seed, roughness=1.9, stretch=7.0)
    grain = 0.5 + 0.5 * np.sin(2 * np.pi * (rings * u[None] + 0.55 * drift))
    pores = smoothstep(noise(size, seed + 1, roughness=0.5, stretch=26.0), 1.1, 1.2)
    share = 0.55 * grain**1.5 + 0.16 * noise(size, seed + 2, roughness=1.3, stretch=14.0)
    return lerp(lerp(light, dark, share), (np.asarray(dark) * 0.55).astype(int), 0.5 * pores)


def weave(size: int, seed: int, light: Colour, dark: Colour, threads: int) -> tuple[np.ndarray, np.ndarray]:
    """Plain-woven cloth: its colours (size, size, 3) and its height (size, size), 0…1."""
    at = np.arange(size) / size * threads
    over = (np.floor(at)[:, None] + np.floor(at)[None]) % 2
    warp, weft = np.abs(np.sin(np.pi * at))[None] ** 0.7, np.abs(np.sin(np.pi * at))[:, None] ** 0.7
    height = np.where(over > 0, warp * (0.6 + 0.4 * weft), weft * (0.6 + 0.4 * warp))
    slub = (
        0.10 * noise(size, seed, roughness=0.8, stretch=8.0) + 0.10 * noise(size, seed + 1, roughness=0.8).T
    )
    return lerp(dark, light, height + slub), height


def normal_map(height: np.ndarray, strength: float) -> Texture:
    """Compute a normal map from heights (h, w). `strength` is the slope of a height of 1 over one texel."""
    right = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * strength / 2
    down = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) * strength / 2
    normal = np.stack([-right, down, np.ones_like(right)], axis=2)
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    return encode_texture(normal * 127.5 + 127.5)


def dial(size: int = 512) -> np.ndarray:
    """A cream dial (size, size, 3) with a scale around its upper two thirds."""
    y, x = (np.indices((size, size)) + 0.5) / size * 2 - 1
    # `project_uv_from_above` puts the texture's corner on the middle of the disc: shift by half a tile.
    x, y = (np.roll(a, size // 2, axis=(0, 1)) for a in (x, y))
    radius, angle = np.hypot(x, y), np.degrees(np.arctan2(x, -y))
    inside = np.abs(angle) < 118
    face = np.broadcast_to(np.array([238.0, 228, 204]), (size, size, 3))
    for every, width, inner in ((6, 1.0, 0.80), (30, 1.6, 0.70)):
        near = np.abs((angle + every / 2) % every - every / 2)
        tick = (
            smoothstep(-near, -width, 0.8) * smoothstep(radius, inner, 0.02) * smoothstep(-radius, -0.9, 0.02)
        )
        face = lerp(face, (70, 52, 40), tick * inside)
    arc = smoothstep(-np.abs(radius - 0.62), -0.012, 0.01) * inside
    return lerp(face, (176, 60, 40), arc)
