"""Models that each need something else of a writer."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from vitrine.gltf import Material, Mesh, Model, Sampler, Texture


def image(kind: str) -> Texture:
    out = io.BytesIO()
    Image.effect_mandelbrot((64, 64), (-2, -1.5, 1, 1.5), 20).convert("RGB").save(out, kind)
    return Texture(out.getvalue(), f"image/{kind.lower()}")


def sheet_of(side: int, material: int = 0, *, uv_scale: float = 1.0, z: float = 0.0) -> Mesh:
    """A gently waving sheet of `side` × `side` vertices, one metre wide."""
    t = np.linspace(0, 1, side, dtype=np.float32)
    u, v = np.meshgrid(t, t)
    height = np.sin(6 * u) * np.float32(0.05)
    slope = np.stack([-0.3 * np.cos(6 * u), np.ones_like(u), np.zeros_like(u)], -1).reshape(-1, 3)
    grid = np.arange(side * side, dtype=np.uint32).reshape(side, side)
    a, b, c, d = grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]
    return Mesh(
        positions=np.stack([u, height, v + np.float32(z)], -1).reshape(-1, 3),
        triangles=np.concatenate([np.stack([a, b, c], -1), np.stack([a, c, d], -1)]).reshape(-1, 3),
        normals=(slope / np.linalg.norm(slope, axis=1, keepdims=True)).astype(np.float32),
        uvs=np.stack([u, v], -1).reshape(-1, 2) * np.float32(uv_scale),
        material=material,
    )


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    """One for each thing a writer has to get right."""
    plain = Material(base_color=image("PNG"), metallic_roughness=image("JPEG"))
    webp = Material(base_color=image("WEBP"), double_sided=True, name="fabric")
    bumpy = replace(plain, normal=image("PNG"), occlusion=image("JPEG"), occlusion_strength=0.5)
    sheet = sheet_of(20)
    up = np.zeros((400, 4), np.float32)
    up[:, 2], up[:, 3] = 1, -1
    return {
        "plain": Model((sheet,), (plain,)),
        "bare": Model((replace(sheet, normals=None, uvs=None),), (Material(),)),
        "webp": Model((sheet,), (webp,)),
        "tiled": Model((sheet_of(20, uv_scale=5),), (webp,)),
        "tangents": Model((replace(sheet, tangents=up),), (bumpy,)),
        "colours": Model(
            (replace(sheet, uvs=None, colors=np.full((400, 4), 0.5, np.float32)),), (Material(),)
        ),
        "two materials": Model((sheet, sheet_of(9, 1, z=2, uv_scale=3), sheet_of(5, 0, z=4)), (plain, webp)),
        "glass": Model((sheet,), (replace(plain, alpha_mode="BLEND", base_color_factor=(1, 1, 1, 0.5)),)),
        "cutout": Model((sheet,), (replace(plain, alpha_mode="MASK", alpha_cutoff=0.25),)),
        "clamped": Model(
            (sheet,), (replace(plain, base_color=replace(image("PNG"), sampler=Sampler(33071, 33071))),)
        ),
        "clearcoat": Model(
            (sheet,),
            (
                replace(
                    plain,
                    extensions={
                        "KHR_materials_clearcoat": {"clearcoatFactor": 1, "clearcoatTexture": {"index": 0}}
                    },
                    extension_textures=(image("PNG"),),
                ),
            ),
        ),
        "one triangle": Model((Mesh(sheet.positions[:3], np.array([[0, 1, 2]], np.uint32)),)),
        "16-bit indices": Model((sheet_of(255),), (plain,)),
        "32-bit indices": Model((sheet_of(257),), (plain,)),
    }


@pytest.fixture
def make_sheet() -> Callable[..., Mesh]:
    return sheet_of


@pytest.fixture
def make_image() -> Callable[[str], Texture]:
    return image
