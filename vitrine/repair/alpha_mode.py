"""Set a material's alphaMode to what the alpha of its base color texture calls for."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from vitrine.arrays import Bytes
from vitrine.findings import finding
from vitrine.geometry.topology import Topology
from vitrine.gltf.model import Material, Model, Texture
from vitrine.models import Finding
from vitrine.plain_text import count_of
from vitrine.repair.glass import Transparency, measure_transparency, shows_translucency, texels_with_alpha

OPAQUE_ALPHA = 250
"""Alpha from here on, of 255, counts as opaque: lossy encoders turn 255 into 254."""
CLEAR_ALPHA = 5
"""Alpha up to here, of 255, counts as fully transparent."""
STRAY_SHARE = 0.005
"""A blending texture with no more transparent texels than this is opaque: generators leave some behind."""
MASK_SHARE = 0.95
"""A texture with at least this share of its transparent texels fully transparent needs MASK, not BLEND."""


NOISE_SHARE = 0.05
"""A blending material whose transparent area is smaller, and scattered, is opaque."""


def set_alpha_modes(
    topology: Topology, *, transparent: bool, photo: bytes | None = None
) -> tuple[Topology, tuple[Finding, ...]]:
    """Return a copy whose materials have the alphaMode that their textures call for, with findings.

    An OPAQUE material whose texture is transparent over a large and connected part of the surface is glass
    that a generator has written as opaque; alpha that is scattered is noise (see `vitrine.repair.glass`). The
    cut-out `photo` is evidence for glass where it is translucent itself.
    """
    model = topology.model
    materials, findings = list(model.materials), []
    for number, material in enumerate(model.materials):
        vertex_alpha = _vertex_alpha(model, number)
        measured = _measured(topology, number, transparent)
        glass = measured is not None and measured.is_glass(
            photo_translucent=photo is not None and shows_translucency(photo)
        )
        changed = set_alpha_mode(material, transparent=transparent or glass, vertex_alpha=vertex_alpha)
        if measured is not None and _is_noise(changed, measured, vertex_alpha):
            changed = replace(changed, alpha_mode="OPAQUE")
        materials[number] = changed
        findings += alpha_findings(material, changed, measured)
        texels_with_alpha.cache_clear()
    return replace(topology, model=replace(model, materials=tuple(materials))), tuple(findings)


def _measured(topology: Topology, number: int, transparent: bool) -> Transparency | None:
    """Measure a material whose alpha decides; `None` for others."""
    material = topology.model.materials[number]
    undecided = material.alpha_mode == "BLEND" or (material.alpha_mode == "OPAQUE" and not transparent)
    alpha = _texture_alpha(material.base_color) if undecided else None
    if alpha is None or not bool((alpha < OPAQUE_ALPHA).any()):
        return None
    return measure_transparency(topology, number)


def _is_noise(material: Material, measured: Transparency, vertex_alpha: float) -> bool:
    """Return whether a material blends because of scattered texels alone that are not clear."""
    if material.alpha_mode != "BLEND" or measured.area_share >= NOISE_SHARE or measured.regions:
        return False
    if min(material.base_color_factor[3], vertex_alpha) * 255 < OPAQUE_ALPHA:
        return False
    alpha = _texture_alpha(material.base_color)
    assert alpha is not None
    return bool((alpha[alpha < OPAQUE_ALPHA] > CLEAR_ALPHA).mean() > 0.5)


def _vertex_alpha(model: Model, material: int) -> float:
    """Return the lowest alpha of the vertex colours that multiply a material."""
    colors = [mesh.colors for mesh in model.meshes if mesh.material == material and mesh.colors is not None]
    return min((float(each[:, 3].min(initial=1.0)) for each in colors), default=1.0)


def set_alpha_mode(material: Material, *, transparent: bool, vertex_alpha: float = 1.0) -> Material:
    """Return a copy with the alphaMode that its texture calls for (glTF 2.0 section 3.9.4).

    Generators write OPAQUE whatever the alpha, and leave texels of low alpha that flicker once blending is
    on. So an OPAQUE material stays opaque unless the product is `transparent`; its alpha then decides
    between MASK and BLEND. A material that blends although all of it is opaque becomes OPAQUE.
    `vertex_alpha` is the lowest alpha of the vertex colours, which multiply the material.
    """
    if material.alpha_mode == "OPAQUE" and not transparent:
        return material
    mode = _mode(material, vertex_alpha)
    if mode == material.alpha_mode or (material.alpha_mode != "OPAQUE" and mode != "OPAQUE"):
        return material
    return replace(material, alpha_mode=mode)


def alpha_findings(before: Material, after: Material, measured: Transparency | None = None) -> list[Finding]:
    """Say how `set_alpha_mode` changed a material, or that its texture has alpha that is not used."""
    if before.alpha_mode != after.alpha_mode:
        message = f"alphaMode {before.alpha_mode} is now {after.alpha_mode}, by the alpha of its texture"
        if measured is not None:
            message += (
                f": {measured.area_share:.1%} of the surface is transparent, "
                f"{measured.connected_share:.0%} of that in {count_of(measured.regions, 'large region')}"
            )
        return [finding("ALPHA_MODE_CHANGED", message)]
    alpha = _texture_alpha(after.base_color) if after.alpha_mode == "OPAQUE" else None
    share = 0.0 if alpha is None else float((alpha < OPAQUE_ALPHA).mean())
    if not share:
        return []
    message = (
        f"{share:.1%} of a texture's texels are transparent though the material is opaque: the texture is "
        "written without alpha"
    )
    return [finding("ALPHA_FORCED_OPAQUE", message, measured=share)]


def _texture_alpha(texture: Texture | None) -> Bytes | None:
    """Return the alpha of every texel, (n,) uint8; `None` without a texture or without alpha."""
    texels = texels_with_alpha(texture)
    return None if texels is None else texels[..., 3].reshape(-1)


def _mode(material: Material, vertex_alpha: float) -> Literal["OPAQUE", "MASK", "BLEND"]:
    alpha = _texture_alpha(material.base_color)
    if min(material.base_color_factor[3], vertex_alpha) * 255 < OPAQUE_ALPHA:
        return "BLEND"
    if alpha is None:
        return "OPAQUE"
    transparent = alpha[alpha < OPAQUE_ALPHA]
    stray = STRAY_SHARE * len(alpha) if material.alpha_mode == "BLEND" else 0
    if len(transparent) <= stray:
        return "OPAQUE"
    clear = float(np.count_nonzero(transparent <= CLEAR_ALPHA)) / len(transparent)
    return "MASK" if clear >= MASK_SHARE else "BLEND"
