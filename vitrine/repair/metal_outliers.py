"""Replace outliers among metallic-roughness texels: generators leave regions of metal without roughness."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vitrine.arrays import Bools, Ints, Pixels
from vitrine.codecs.images import decode_image, encode_png
from vitrine.findings import finding
from vitrine.gltf.model import Material, Model, Texture
from vitrine.models import Finding
from vitrine.plain_text import count_of
from vitrine.textures.padding import fill_padding
from vitrine.threads import scipy_module

MIN_METALLIC, MAX_ROUGHNESS = 217, 38
"""Of 255: an outlier is at least so metallic, and at most so rough."""
MAX_REGION_SHARE = 2e-4
"""Share of the texture of the largest region: 29 by 29 texels of 2048²"""
MAX_SHARE = 0.08
"""Share of the texture of all outliers: beyond, they are what the product is made of."""
MAX_RING_METALLIC = 100
"""Of 255: what is around outliers is not metallic itself."""
SAME_COLOR, BLACK = 40, 60
"""Of 255: an outlier has the base color of what is around it, or is black."""


@dataclass(frozen=True, slots=True)
class _Mended:
    material: Material
    regions: int
    share: float
    """Of the texture's texels"""


def replace_metal_outliers(model: Model) -> tuple[Model, tuple[Finding, ...]]:
    """Return a copy whose outliers have the roughness, metallic and base color of what is around them.

    Screws and studs are metal as well: an outlier with a base color of its own stays, unless that is black.
    """
    materials, findings = list(model.materials), []
    for number, material in enumerate(model.materials):
        mended = _mend(material)
        if mended is None:
            continue
        materials[number] = mended.material
        message = (
            f"{count_of(mended.regions, 'region')} of metal without roughness, {mended.share:.2%} of the "
            f"texture of material {material.name or number}, filled from around"
        )
        pointer = f"/materials/{number}"
        findings.append(finding("METAL_OUTLIERS_REPLACED", message, pointer=pointer, measured=mended.share))
    return (replace(model, materials=tuple(materials)) if findings else model), tuple(findings)


def _mend(material: Material) -> _Mended | None:
    texture = material.metallic_roughness
    if texture is None or material.metallic_factor < 0.9:
        return None
    pixels = decode_image(texture.data, texture.media_type)
    if pixels.shape[2] < 3:
        return None
    most = int(min(MAX_ROUGHNESS / max(material.roughness_factor, 1e-6), 255))
    shiny = (pixels[..., 2] >= MIN_METALLIC) & (pixels[..., 1] <= most)
    if not shiny.any() or float(shiny.mean()) > MAX_SHARE:
        return None
    base = None
    if material.base_color is not None:
        base = decode_image(material.base_color.data, material.base_color.media_type)
    outliers, count = _outliers(shiny, pixels, base)
    if not count:
        return None
    wide = scipy_module("ndimage").binary_dilation(outliers, iterations=1)
    changed = replace(material, metallic_roughness=_filled(texture, pixels, wide))
    if base is not None and material.base_color is not None:
        changed = replace(changed, base_color=_filled_black(material.base_color, base, wide))
    return _Mended(changed, count, float(outliers.mean()))


def _outliers(shiny: Bools, pixels: Pixels, base: Pixels | None) -> tuple[Bools, int]:
    """The texels of outliers, (h, w) bool, and how many outliers there are."""
    ndimage = scipy_module("ndimage")
    label, count = ndimage.label(shiny, np.ones((3, 3)))
    numbers = np.arange(1, count + 1)
    small = np.bincount(label.ravel(), minlength=count + 1)[1:] <= max(MAX_REGION_SHARE * shiny.size, 4)
    ring = np.where(shiny, 0, ndimage.grey_dilation(label, 5))
    around = np.asarray(ndimage.mean(pixels[..., 2], ring, numbers))
    chosen = small & (np.nan_to_num(around, nan=255.0) <= MAX_RING_METALLIC)
    if base is not None and chosen.any():
        chosen &= _without_own_color(label, ring, numbers, base)
    keep = np.concatenate([[False], chosen])
    return keep[label], int(np.count_nonzero(chosen))


def _without_own_color(label: Ints, ring: Ints, numbers: Ints, base: Pixels) -> Bools:
    """Which outliers are black, or have the base color of their surroundings, (k,) bool."""
    ndimage = scipy_module("ndimage")
    height, width = label.shape
    rows, columns = (np.arange(n) * m // n for n, m in zip(label.shape, base.shape[:2], strict=True))
    sampled = base[rows[:, None], columns[None, :]][..., :3]
    assert sampled.shape[:2] == (height, width)
    inside, outside = (
        np.stack([ndimage.mean(sampled[..., channel], of, numbers) for channel in range(3)], axis=1)
        for of in (label, ring)
    )
    same = np.abs(inside - outside).max(axis=1) <= SAME_COLOR
    return np.asarray(same | (inside.max(axis=1) <= BLACK))


def _filled(texture: Texture, pixels: Pixels, outliers: Bools) -> Texture:
    """The texture with outliers filled from around."""
    return replace(texture, data=encode_png(fill_padding(pixels, ~outliers, "data")), media_type="image/png")


def _filled_black(texture: Texture, pixels: Pixels, outliers: Bools) -> Texture:
    """The base color texture with black outliers filled from around; the same texture without any."""
    rows, columns = (np.arange(n) * m // n for n, m in zip(pixels.shape[:2], outliers.shape, strict=True))
    here = outliers[rows[:, None], columns[None, :]]
    filled = fill_padding(pixels, ~here, "color")
    black = here & (pixels[..., :3].max(axis=2) <= BLACK)
    black &= (
        filled[..., :3].max(axis=2).astype(np.int16)
        > pixels[..., :3].max(axis=2).astype(np.int16) + SAME_COLOR
    )
    if not black.any():
        return texture
    result = np.where(black[..., None], filled, pixels)
    return replace(texture, data=encode_png(result), media_type="image/png")
