"""Shade surface points with the BRDF of glTF under the lights of the studio."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Floats, row_cross, row_unit
from vitrine.compiled import kernels
from vitrine.compiled.kernels import DIELECTRIC_F0, MIN_ROUGHNESS
from vitrine.render.shading.iridescence import film_reflectance
from vitrine.render.shading.material_samples import MaterialSamples
from vitrine.render.shading.reflectance import microfacet_albedo, microfacet_table, sheen_albedo
from vitrine.render.shading.studio import Studio


@dataclass(frozen=True, slots=True)
class Shaded:
    """What n points send towards the viewer, in linear light."""

    light: Floats
    """(n, 3) reflected and emitted"""
    passed: Floats | None = None
    """(n, 3) part of the light from behind that passes (KHR_materials_transmission); `None` for none"""


def shade(
    surface: MaterialSamples, studio: Studio, directions: Floats, ambient: Floats, key_visibility: Floats
) -> Shaded:
    """Return the linear light that points reflect, emit and let through towards the viewer.

    The BRDF is that of glTF 2.0 (appendix B): Lambert, and GGX with Smith's masking and Schlick's Fresnel,
    integrated over the studio's lights. What GGX loses to multiple reflections is given back (C. Fdez-Agüera,
    "A Multiple-Scattering Microfacet Model for Real-Time Image-Based Lighting", 2019). Ambient occlusion of
    pale surfaces is lightened for interreflection (Jimenez et al., "Practical Realtime Strategies for
    Accurate Indirect Occlusion", SIGGRAPH 2016).

    Parameters
    ----------
    surface : MaterialSamples
        n points
    directions : (n, 3) float32
        Directions of the rays that hit them, of any length
    ambient, key_visibility : (n,) float32
        Visible part of the dome, and of the key light, 0…1
    """
    layers = surface.layers
    normal, cosine, view = kernels.face_viewer(surface.normal, directions)
    dielectric_f0, f90, f0 = layers.get("f0"), layers.get("f90"), None
    if "iridescence" in layers:
        f0, dielectric_f0 = _with_film(surface, cosine, dielectric_f0)
    diffuse, specular, even, below, visible = kernels.reflect_light(
        studio.light,
        studio.axes,
        microfacet_table(),
        views=view,
        normals=normal,
        cosines=cosine,
        lobe_normals=_bent_normal(surface, view, normal),
        colors=surface.color,
        metallic=surface.metallic,
        roughness=surface.roughness,
        occlusion=surface.occlusion,
        ambient=ambient,
        key_visibility=key_visibility,
        f0=f0,
        f90=f90,
        dielectric_f0=dielectric_f0,
    )
    passed = None
    if "transmission" in layers:
        through = layers["transmission"][:, None]
        passed = through * surface.color * (1 - surface.metallic[:, None]) * below * layers["attenuation"]
        diffuse *= 1 - through
    light: Floats = diffuse + specular
    if "sheen" in layers:
        light = _add_sheen(surface, cosine, even, light)
    light += surface.emissive
    if "clearcoat" in layers:
        light, kept = _add_clearcoat(surface, studio, directions, visible, light)
        passed = None if passed is None else passed * kept
    return Shaded(light.astype(np.float32), passed)


def _bent_normal(surface: MaterialSamples, view: Floats, normal: Floats) -> Floats:
    """Normals (n, 3) of glossy lobes: those that anisotropy stretches are bent towards the viewer."""
    if "anisotropy" not in surface.layers:
        return normal
    strength, across = surface.layers["anisotropy"], surface.layers["anisotropy_across"]
    roughness = np.clip(surface.roughness, MIN_ROUGHNESS, 1)
    along = row_unit(row_cross(row_cross(across, view), across))
    isotropic = ((1 - strength * (1 - roughness)) ** 4)[:, None]
    isotropic = np.where(strength[:, None] > 0, isotropic, np.float32(1))
    return row_unit(along * (1 - isotropic) + normal * isotropic)


def _with_film(
    surface: MaterialSamples, cosine: Floats, dielectric_f0: Floats | None
) -> tuple[Floats, Floats]:
    """Reflectances along the normal, all of it and the dielectric's, with a thin film over the surface."""
    layers = surface.layers
    share, metallic = layers["iridescence"][:, None], surface.metallic[:, None]
    if dielectric_f0 is None:
        dielectric_f0 = np.full((len(cosine), 3), DIELECTRIC_F0, np.float32)

    def coated(f0: Floats) -> Floats:
        film = film_reflectance(cosine, layers["film_ior"], layers["film_nm"], f0)
        return np.asarray(f0 + (film - f0) * share, np.float32)

    return coated(dielectric_f0 * (1 - metallic) + surface.color * metallic), coated(dielectric_f0)


def _add_sheen(surface: MaterialSamples, cosine: Floats, even: Floats, light: Floats) -> Floats:
    """Light with the sheen over it, which takes as much from what is below (KHR_materials_sheen)."""
    color = surface.layers["sheen"]
    roughness = np.clip(surface.layers["sheen_roughness"], 0.07, 1)
    albedo = sheen_albedo(cosine, roughness)[:, None]
    added: Floats = light * (1 - color.max(axis=1, keepdims=True) * albedo) + color * albedo * even
    return added


def _add_clearcoat(
    surface: MaterialSamples, studio: Studio, directions: Floats, visible: Floats, light: Floats
) -> tuple[Floats, Floats]:
    """Light with a clear coat over it, and the part (n, 1) that it lets through."""
    layers = surface.layers
    normal, cosine, view = kernels.face_viewer(layers["clearcoat_normal"], directions)
    roughness = np.clip(layers["clearcoat_roughness"], MIN_ROUGHNESS, 1)
    coat = layers["clearcoat"][:, None]
    scale, bias = microfacet_albedo(cosine, roughness).T[..., None]
    fresnel = DIELECTRIC_F0 + (1 - DIELECTRIC_F0) * (1 - cosine[:, None]) ** 5
    gloss = kernels.glossy(studio.light, studio.axes, view, normal, cosine, roughness, visible)[:, None]
    kept = 1 - coat * fresnel
    return light * kept + coat * gloss * (DIELECTRIC_F0 * scale + bias), kept
