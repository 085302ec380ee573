"""Surface and light to colour: metallic-roughness shading under the studio's lamps."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Floats, row_dot
from vitrine.render.shading.material_samples import MaterialSamples
from vitrine.render.shading.studio import Studio

VEIL = 0.7
"""Part of the mirrored light that a fully rough surface, not a metal, goes without."""


def shade(
    surface: MaterialSamples, studio: Studio, directions: Floats, openness: Floats, key_seen: Floats
) -> Floats:
    """Light from each of n points towards the viewer: (n, 3) float32, linear, before the tone curve.

    The model is glTF 2.0's (appendix B) with the specular half taken from the studio by Lazarov's fit of the
    environment BRDF ("Getting More Physical in Call of Duty: Black Ops II", SIGGRAPH 2013). Occlusion of
    pale surfaces is lightened for the light that bounces between them (Jimenez et al., "Practical Realtime
    Strategies for Accurate Indirect Occlusion", SIGGRAPH 2016).
    """
    view = -directions / np.sqrt(row_dot(directions, directions))[:, None]
    facing = row_dot(surface.normal, view)[:, None]
    # A normal that leans past the silhouette is bent back: it could not have been seen.
    normal = surface.normal + view * np.maximum(np.float32(0.02) - facing, 0)
    normal /= np.sqrt(row_dot(normal, normal))[:, None]
    facing = np.clip(row_dot(normal, view)[:, None], 0.02, 1)

    metallic, rough = surface.metallic[:, None], np.clip(surface.roughness, 0.06, 1)
    albedo = surface.colour * (1 - metallic)
    mirror = np.float32(0.04) * (1 - metallic) + surface.colour * metallic

    open_ = np.minimum(openness, surface.occlusion)[:, None]
    a, b, c = 2.0404 * albedo - 0.3324, -4.7951 * albedo + 0.6417, 2.7552 * albedo + 0.6903
    bounced = np.maximum(open_, ((open_ * a + b) * open_ + c) * open_)
    light = albedo * studio.diffuse(normal, bounced, key_seen[:, None])

    reflected = normal * (2 * facing) - view
    seen = np.clip((facing + open_) ** np.exp2(-16 * rough[:, None] - 1) - 1 + open_, 0, 1)
    scale, bias = _environment_brdf(facing, rough[:, None])
    # Textures baked from photos hold the veil that rough surfaces mirror; it must not be laid on twice.
    veil = 1 - VEIL * (1 - metallic) * rough[:, None] ** 2
    light += studio.specular(reflected, rough) * (mirror * scale + bias) * seen * veil
    light += surface.emissive
    return light.astype(np.float32)


def _environment_brdf(facing: Floats, rough: Floats) -> tuple[Floats, Floats]:
    """Scale and bias on the reflectance at normal incidence, each (n, 1)."""
    r = rough * np.array([-1, -0.0275, -0.572, 0.022], np.float32) + np.array(
        [1, 0.0425, 1.04, -0.04], np.float32
    )
    a004 = np.minimum(r[:, :1] ** 2, np.exp2(-9.28 * facing)) * r[:, :1] + r[:, 1:2]
    return -1.04 * a004 + r[:, 2:3], 1.04 * a004 + r[:, 3:4]
