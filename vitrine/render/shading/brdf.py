"""Shade surface points with the metallic-roughness BRDF under the lights of the studio."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Floats, row_dot
from vitrine.render.shading.material_samples import MaterialSamples
from vitrine.render.shading.studio import Studio

BAKED_SPECULAR = 0.7
"""Part of the specular light that a fully rough dielectric surface goes without: textures made from photos
contain it already."""
MIN_COSINE = 0.02
MIN_ROUGHNESS = 0.06


def shade(
    surface: MaterialSamples, studio: Studio, directions: Floats, ambient: Floats, key_visibility: Floats
) -> Floats:
    """Return the linear light that points reflect and emit towards the viewer, (n, 3) float32.

    The BRDF is that of glTF 2.0 (appendix B). Its specular part uses Lazarov's fit of the environment BRDF
    ("Getting More Physical in Call of Duty: Black Ops II", SIGGRAPH 2013), and occlusion of pale surfaces is
    lightened for interreflection (Jimenez et al., "Practical Realtime Strategies for Accurate Indirect
    Occlusion", SIGGRAPH 2016).

    Parameters
    ----------
    surface : MaterialSamples
        n points
    directions : (n, 3) float32
        Directions of the rays that hit them, of any length
    ambient, key_visibility : (n,) float32
        Visible part of the dome, and of the key light, 0…1
    """
    view = -directions / np.sqrt(row_dot(directions, directions))[:, None]
    cosine = row_dot(surface.normal, view)[:, None]
    # A visible point cannot face away: its normal is tilted towards the viewer.
    normal = surface.normal + view * np.maximum(np.float32(MIN_COSINE) - cosine, 0)
    normal /= np.sqrt(row_dot(normal, normal))[:, None]
    cosine = np.clip(row_dot(normal, view)[:, None], MIN_COSINE, 1)

    metallic, roughness = surface.metallic[:, None], np.clip(surface.roughness, MIN_ROUGHNESS, 1)
    albedo = surface.color * (1 - metallic)
    specular_color = np.float32(0.04) * (1 - metallic) + surface.color * metallic

    visible = np.minimum(ambient, surface.occlusion)[:, None]
    a, b, c = 2.0404 * albedo - 0.3324, -4.7951 * albedo + 0.6417, 2.7552 * albedo + 0.6903
    interreflected = np.maximum(visible, ((visible * a + b) * visible + c) * visible)
    light = albedo * studio.diffuse(normal, interreflected, key_visibility[:, None])

    reflected = normal * (2 * cosine) - view
    # Specular occlusion from ambient occlusion (S. Lagarde, "Moving Frostbite to PBR", 2014).
    specular_visible = np.clip(
        (cosine + visible) ** np.exp2(-16 * roughness[:, None] - 1) - 1 + visible, 0, 1
    )
    scale, bias = _environment_brdf(cosine, roughness[:, None])
    kept = 1 - BAKED_SPECULAR * (1 - metallic) * roughness[:, None] ** 2
    reflectance = specular_color * scale + bias
    light += studio.specular(reflected, roughness) * reflectance * specular_visible * kept
    light += surface.emissive
    return light.astype(np.float32)


def _environment_brdf(cosine: Floats, roughness: Floats) -> tuple[Floats, Floats]:
    """Scale and bias, (n, 1) each, of the reflectance at normal incidence."""
    r = roughness * np.array([-1, -0.0275, -0.572, 0.022], np.float32) + np.array(
        [1, 0.0425, 1.04, -0.04], np.float32
    )
    a004 = np.minimum(r[:, :1] ** 2, np.exp2(-9.28 * cosine)) * r[:, :1] + r[:, 1:2]
    return -1.04 * a004 + r[:, 2:3], 1.04 * a004 + r[:, 3:4]
