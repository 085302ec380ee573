"""Materials from freshly painted pictures."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PIL import Image

from vitrine.arrays import Pixels
from vitrine.codecs.images import Kind
from vitrine.gltf.model import Material, Texture
from vitrine.lods.rebake.bake import BakedTextures
from vitrine.textures.color_space import LINEAR_OF_BYTE
from vitrine.textures.padding import fill_padding

EVEN = 3
"""A channel whose levels differ by no more than this has one value everywhere."""
UNLIT = "KHR_materials_unlit"


def baked_materials(groups: tuple[tuple[Material, ...], ...], canvas: BakedTextures) -> tuple[Material, ...]:
    """One material for each group, in place of all of the group's; they share the canvas's pictures.

    What is the same all over becomes a factor.
    """
    every = [material for group in groups for material in group]
    plain = [_even(canvas.color, canvas.covered, channel) for channel in range(4)]
    color = _picture(canvas.color, canvas.covered, "color") if None in plain else None
    normal = _picture(canvas.normal, canvas.covered, "normal")
    shaded = any(material.occlusion for material in every)
    roughness, metallic = (_even(canvas.finish, canvas.covered, channel) for channel in (1, 2))
    finish = None
    if shaded or roughness is None or metallic is None:
        finish = _picture(canvas.finish, canvas.covered, "data")
    factors = (1.0, 1.0)
    if roughness is not None and metallic is not None:
        factors = (roughness, metallic)
    glow = None
    if any(any(material.emissive_factor) for material in every):
        glow = _picture(canvas.emissive, canvas.covered, "color")
    return tuple(
        replace(
            group[0],
            base_color=color,
            base_color_factor=_linear(plain),
            metallic_roughness=None if factors != (1.0, 1.0) else finish,
            roughness_factor=factors[0],
            metallic_factor=factors[1],
            normal=None if UNLIT in group[0].extensions else normal,
            normal_scale=1.0,
            occlusion=finish if shaded else None,
            occlusion_strength=1.0,
            emissive=glow,
            emissive_factor=(0.0, 0.0, 0.0) if glow is None else (1.0, 1.0, 1.0),
            alpha_cutoff=0.5,
        )
        for group in groups
    )


def _linear(levels: list[float | None]) -> tuple[float, float, float, float]:
    """A factor from sRGB levels and alpha; white where a picture holds them."""
    if None in levels:
        return 1.0, 1.0, 1.0, 1.0
    red, green, blue, alpha = (level or 0.0 for level in levels)
    light = [float(LINEAR_OF_BYTE[round(level * 255)]) for level in (red, green, blue)]
    return light[0], light[1], light[2], alpha


def _even(pixels: Pixels, covered: npt.NDArray[np.bool_], channel: int) -> float | None:
    """The one value, 0…1, of a channel; `None` where it has several."""
    levels = pixels[..., channel][covered]
    if not len(levels) or int(np.ptp(levels)) > EVEN:
        return None
    return float(levels.mean()) / 255


def _picture(pixels: Pixels, covered: npt.NDArray[np.bool_], kind: Kind) -> Texture:
    """A PNG with the gaps between charts filled."""
    out = io.BytesIO()
    Image.fromarray(fill_padding(pixels, covered, kind)).save(out, "PNG", compress_level=1)
    return Texture(out.getvalue(), "image/png")
