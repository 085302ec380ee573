"""Directional albedos of the BRDFs of glTF: what they reflect of even light, by angle and roughness.

The microfacet BRDF is that of glTF 2.0 appendix B: GGX, height-correlated Smith masking, Schlick's Fresnel.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from vitrine.arrays import Floats

STEPS, SAMPLES = 32, 96
"""Angles and roughnesses that are integrated, and samples for each"""
FINE = 256
"""Entries of a table along each side, so that the nearest one is close enough"""


def microfacet_albedo(cosine: Floats, roughness: Floats) -> Floats:
    """Return scale and bias, (n, 2) float32: even light of 1 is reflected as F0 · scale + F90 · bias.

    Parameters
    ----------
    cosine : (n,) float32
        Of the angle between the normal and the viewer, 0…1
    roughness : (n,) float32
        Perceptual roughness, 0…1
    """
    return _nearest(microfacet_table(), cosine, roughness)


def sheen_albedo(cosine: Floats, roughness: Floats) -> Floats:
    """Return the part of even light that white sheen reflects, (n,) float32 (KHR_materials_sheen)."""
    return _nearest(_sheen_table(), cosine, roughness)[:, 0]


def _nearest(table: Floats, cosine: Floats, roughness: Floats) -> Floats:
    row = (roughness * np.float32(FINE - 1) + np.float32(0.5)).astype(np.int32)
    column = (cosine * np.float32(FINE - 1) + np.float32(0.5)).astype(np.int32)
    values: Floats = table[row * FINE + column]
    return values


@cache
def microfacet_table() -> Floats:
    """Return scale and bias by the split sum (B. Karis, "Real Shading in Unreal Engine 4", 2013).

    (FINE², 2) float32, a row for each roughness and cosine; see `microfacet_albedo`.
    """
    roughness = np.linspace(0, 1, STEPS)[:, None, None]
    cosine = np.maximum(np.linspace(0, 1, STEPS), 1e-3)[None, :, None]
    first = (np.arange(SAMPLES) + 0.5) / SAMPLES
    second = (np.arange(SAMPLES) * 0.6180339887498949) % 1
    alpha2 = np.maximum(roughness, 0.02) ** 4
    cos2 = (1 - first) / (1 + (alpha2 - 1) * first)
    height, across = np.sqrt(cos2), np.sqrt(1 - cos2)
    to_half = np.sqrt(1 - cosine**2) * across * np.cos(2 * np.pi * second) + cosine * height
    light = 2 * to_half * height - cosine
    hit = (light > 0) & (to_half > 0)
    light, to_half = np.where(hit, light, 1), np.where(hit, to_half, 1)
    smith = light * np.sqrt(cosine**2 * (1 - alpha2) + alpha2) + cosine * np.sqrt(
        light**2 * (1 - alpha2) + alpha2
    )
    weight = np.where(hit, 2 * light * to_half / (smith * height), 0)
    fresnel = (1 - to_half) ** 5
    table = np.stack([(weight * (1 - fresnel)).mean(axis=2), (weight * fresnel).mean(axis=2)], axis=2)
    return _refined(table)


@cache
def _sheen_table() -> Floats:
    """Albedo of the Charlie distribution with its shadowing, (FINE², 1).

    A. Conty Estevez, C. Kulla, "Production Friendly Microfacet Sheen BRDF", SIGGRAPH 2017.
    """
    roughness = np.maximum(np.linspace(0, 1, STEPS), 0.05)[:, None, None, None]
    cosine = np.maximum(np.linspace(0, 1, STEPS), 1e-3)[None, :, None, None]
    light = ((np.arange(20) + 0.5) / 20)[None, None, :, None]
    around = ((np.arange(20) + 0.5) / 20 * np.pi)[None, None, None, :]
    dot = np.sqrt(1 - cosine**2) * np.sqrt(1 - light**2) * np.cos(around) + cosine * light
    height = (cosine + light) / np.sqrt(np.maximum(2 + 2 * dot, 1e-9))
    power = 1 / roughness**2
    sine = np.sqrt(np.clip(1 - height**2, 0, 1))
    distribution = (2 + power) * sine**power / (2 * np.pi)
    alpha = roughness**2
    shadowing = 1 / (1 + _charlie_lambda(cosine, alpha) + _charlie_lambda(light, alpha))
    visibility = shadowing / (4 * light * cosine)
    albedo = (distribution * visibility * light).mean(axis=(2, 3)) * 2 * np.pi
    return _refined(np.minimum(albedo, 1)[..., None])


def _charlie_lambda(cosine: Floats, alpha: Floats) -> Floats:
    """Smith's lambda for the Charlie distribution, by the fit in section 3 of the paper."""
    smooth = (1 - alpha) ** 2

    def fit(x: Floats | float) -> Floats:
        a, b, c, d, e = (
            rough + (polished - rough) * smooth
            for rough, polished in (
                (21.5473, 25.3245),
                (3.82987, 3.32435),
                (0.19823, 0.16801),
                (-1.97760, -1.27393),
                (-4.32054, -4.85967),
            )
        )
        fitted: Floats = a / (1 + b * x**c) + d * x + e
        return fitted

    return np.exp(np.where(cosine < 0.5, fit(cosine), 2 * fit(0.5) - fit(np.maximum(1 - cosine, 1e-6))))


def _refined(table: Floats) -> Floats:
    """Interpolate a table (STEPS, STEPS, k) to (FINE², k) float32."""
    position = np.linspace(0, STEPS - 1, FINE)
    whole = np.minimum(position.astype(int), STEPS - 2)
    fraction = (position - whole)[:, None, None]
    rows = table[whole] * (1 - fraction) + table[whole + 1] * fraction
    columns = rows.transpose(1, 0, 2)
    both = columns[whole] * (1 - fraction) + columns[whole + 1] * fraction
    return np.ascontiguousarray(both.transpose(1, 0, 2).reshape(FINE * FINE, -1), np.float32)
