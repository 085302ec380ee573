"""Shade surface points with the BRDF of glTF under the lights of the studio."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Floats, row_cross, row_dot, row_unit
from vitrine.render.shading.environment import reflect
from vitrine.render.shading.iridescence import film_reflectance
from vitrine.render.shading.material_samples import MaterialSamples
from vitrine.render.shading.reflectance import microfacet_albedo, sheen_albedo
from vitrine.render.shading.studio import Studio

DIELECTRIC_F0 = 0.04
MIN_COSINE = 0.02
MIN_ROUGHNESS = 0.05


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
    view = -row_unit(directions)
    normal, cosine = _towards(surface.normal, view)
    roughness = np.clip(surface.roughness, MIN_ROUGHNESS, 1)
    metallic = surface.metallic[:, None]
    albedo = surface.color * (1 - metallic)
    scale, bias = microfacet_albedo(cosine, roughness).T[..., None]
    dielectric_f0: Floats = _column(layers.get("f0"), DIELECTRIC_F0)
    f90 = _column(layers.get("f90"), 1.0)
    f0: Floats = dielectric_f0 * (1 - metallic) + surface.color * metallic
    if "iridescence" in layers:
        f0, dielectric_f0 = _with_film(surface, cosine, (f0, dielectric_f0))
    single, multiple = _scattered(scale, bias, f0, f90 * (1 - metallic) + metallic)
    below = 1 - _scattered_dielectric(scale, bias, dielectric_f0, f90)

    occlusion = surface.occlusion[:, None]
    visible = np.minimum(ambient[:, None], occlusion)
    dome = np.minimum(_interreflected(ambient[:, None], albedo), occlusion)
    even = studio.diffuse(normal, dome, np.minimum(key_visibility[:, None], occlusion))
    specular_visible = _specular_occlusion(cosine[:, None], visible, roughness[:, None])
    mirror = _mirror_direction(surface, view, normal, roughness)
    glossy = studio.specular(mirror, roughness) * specular_visible
    diffuse = albedo * below * even
    passed = None
    if "transmission" in layers:
        through = layers["transmission"][:, None]
        passed = through * surface.color * (1 - metallic) * below * layers["attenuation"]
        diffuse *= 1 - through
    light: Floats = diffuse + glossy * single + multiple * even
    if "sheen" in layers:
        light = _add_sheen(surface, cosine, even, light)
    light += surface.emissive
    if "clearcoat" in layers:
        light, kept = _add_clearcoat(surface, studio, view, visible, light)
        passed = None if passed is None else passed * kept
    return Shaded(light.astype(np.float32), passed)


def _towards(normal: Floats, view: Floats) -> tuple[Floats, Floats]:
    """Unit normals, tilted towards the viewer where they face away, and their cosines to the viewer."""
    cosine = row_dot(normal, view)
    away = np.maximum(np.float32(MIN_COSINE) - cosine, 0)
    if away.any():
        normal = row_unit(normal + view * away[:, None])
        cosine = row_dot(normal, view)
    return normal, np.clip(cosine, MIN_COSINE, 1).astype(np.float32)


def _column(values: Floats | None, default: float) -> Floats:
    """(n, 1) of (n,); (n, 3) as it is; (1, 1) of the default."""
    if values is None:
        return np.full((1, 1), default, np.float32)
    return values[:, None] if values.ndim == 1 else values


def _scattered(scale: Floats, bias: Floats, f0: Floats, f90: Floats) -> tuple[Floats, Floats]:
    """Part of even light that is reflected once, and the part that is reflected several times, (n, 3)."""
    single = f0 * scale + f90 * bias
    lost = 1 - scale - bias
    average = f0 + (1 - f0) / 21
    return single, single * average / (1 - lost * average) * lost


def _scattered_dielectric(scale: Floats, bias: Floats, f0: Floats, f90: Floats) -> Floats:
    """Part of even light that a dielectric reflects, so that it does not reach what is below, (n, 1)."""
    single, multiple = _scattered(scale, bias, f0.max(axis=1, keepdims=True), f90)
    return np.minimum(single + multiple, 1)


def _interreflected(visible: Floats, albedo: Floats) -> Floats:
    if (visible == 1).all():
        return visible
    a, b, c = 2.0404 * albedo - 0.3324, -4.7951 * albedo + 0.6417, 2.7552 * albedo + 0.6903
    lightened: Floats = np.maximum(visible, ((visible * a + b) * visible + c) * visible)
    return lightened


def _specular_occlusion(cosine: Floats, visible: Floats, roughness: Floats) -> Floats:
    """From ambient occlusion (S. Lagarde, "Moving Frostbite to PBR", 2014), (n, 1)."""
    if (visible == 1).all():
        return visible
    power = np.exp2(-16 * roughness - 1)
    occlusion: Floats = np.clip((cosine + visible) ** power - 1 + visible, 0, 1)
    return occlusion


def _mirror_direction(surface: MaterialSamples, view: Floats, normal: Floats, roughness: Floats) -> Floats:
    """Directions (n, 3) from which a lobe receives most light: rough ones are tilted towards the normal."""
    bent = normal
    if "anisotropy" in surface.layers:
        strength, across = surface.layers["anisotropy"], surface.layers["anisotropy_across"]
        along = row_unit(row_cross(row_cross(across, view), across))
        isotropic = ((1 - strength * (1 - roughness)) ** 4)[:, None]
        isotropic = np.where(strength[:, None] > 0, isotropic, np.float32(1))
        bent = row_unit(along * (1 - isotropic) + normal * isotropic)
    mirror = reflect(view, bent)
    return row_unit(mirror + (bent - mirror) * (roughness**4)[:, None])


def _with_film(surface: MaterialSamples, cosine: Floats, reflectances: tuple[Floats, ...]) -> list[Floats]:
    """Reflectances at normal incidence with a thin film over the surface, (n, 3) each."""
    layers = surface.layers
    share = layers["iridescence"][:, None]
    count = len(cosine)
    return [
        f0 + (film_reflectance(cosine, layers["film_ior"], layers["film_nm"], _full(f0, count)) - f0) * share
        for f0 in reflectances
    ]


def _full(values: Floats, count: int) -> Floats:
    return np.broadcast_to(values, (count, 3))


def _add_sheen(surface: MaterialSamples, cosine: Floats, even: Floats, light: Floats) -> Floats:
    """Light with the sheen over it, which takes as much from what is below (KHR_materials_sheen)."""
    color = surface.layers["sheen"]
    roughness = np.clip(surface.layers["sheen_roughness"], 0.07, 1)
    albedo = sheen_albedo(cosine, roughness)[:, None]
    added: Floats = light * (1 - color.max(axis=1, keepdims=True) * albedo) + color * albedo * even
    return added


def _add_clearcoat(
    surface: MaterialSamples, studio: Studio, view: Floats, visible: Floats, light: Floats
) -> tuple[Floats, Floats]:
    """Light with a clear coat over it, and the part (n, 1) that it lets through."""
    layers = surface.layers
    normal, cosine = _towards(layers["clearcoat_normal"], view)
    roughness = np.clip(layers["clearcoat_roughness"], MIN_ROUGHNESS, 1)
    coat = layers["clearcoat"][:, None]
    scale, bias = microfacet_albedo(cosine, roughness).T[..., None]
    fresnel = DIELECTRIC_F0 + (1 - DIELECTRIC_F0) * (1 - cosine[:, None]) ** 5
    mirror = reflect(view, normal)
    mirror = row_unit(mirror + (normal - mirror) * (roughness**4)[:, None])
    glossy = studio.specular(mirror, roughness) * _specular_occlusion(
        cosine[:, None], visible, roughness[:, None]
    )
    kept = 1 - coat * fresnel
    return light * kept + coat * glossy * (DIELECTRIC_F0 * scale + bias), kept
