"""Name what materials have and the renderer does not draw, so that no comparison of images judges it."""

from __future__ import annotations

from collections.abc import Iterable

from vitrine.gltf.model import Material

DRAWN = frozenset(
    {
        "anisotropy",
        "clearcoat",
        "emissive_strength",
        "ior",
        "iridescence",
        "pbrSpecularGlossiness",
        "sheen",
        "specular",
        "transmission",
        "unlit",
        "volume",
    }
)
"""The `KHR_materials_…` that reach an SSIM of 0.95 beside three.js; see `benchmarks/features.py`"""
PREFIX = "KHR_materials_"
MAX_CLEAR_ROUGHNESS = 0.1
"""Rougher glass blurs what is behind it, which is drawn sharp."""


def not_judged(materials: Iterable[Material]) -> tuple[str, ...]:
    """Return the features that are not drawn, by name and sorted, such as `dispersion`."""
    found: set[str] = set()
    for material in materials:
        names = {name.removeprefix(PREFIX) for name in material.extensions if name.startswith(PREFIX)}
        found |= names - DRAWN
        transmission = material.extensions.get(f"{PREFIX}transmission", {})
        is_rough = material.roughness_factor > MAX_CLEAR_ROUGHNESS
        if transmission.get("transmissionFactor", 0) and is_rough:
            found.add("rough transmission")
    return tuple(sorted(found))
