"""Reflectance of a thin film over a surface (KHR_materials_iridescence).

L. Belcour, P. Barla, "A Practical Extension to Microfacet Theory for the Modeling of Varying Iridescence",
SIGGRAPH 2017: the spectral sensitivity of the eye is a sum of Gaussians in frequency.
"""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Floats

# Height, position and variance of the Gaussians of X, Y, Z, and of the second one of X.
_HEIGHT = np.array([5.4856e-13, 4.4201e-13, 5.2481e-13])
_POSITION = np.array([1.6810e06, 1.7953e06, 2.2084e06])
_VARIANCE = np.array([4.3278e09, 9.3046e09, 6.6121e09])
_SECOND = (9.7470e-14, 2.2399e06, 4.5282e09)
_SCALE = 1.0685e-7
_XYZ_TO_RGB = np.array(
    [
        [3.2404542, -1.5371385, -0.4985314],
        [-0.9692660, 1.8760108, 0.0415560],
        [0.0556434, -0.2040259, 1.0572252],
    ]
)


def film_reflectance(cosine: Floats, film_ior: Floats, thickness_nm: Floats, base_f0: Floats) -> Floats:
    """Return the reflectance at normal incidence, (n, 3), whose Schlick curve has the film's at `cosine`.

    Parameters
    ----------
    cosine, film_ior, thickness_nm : (n,)
    base_f0 : (n, 3)
        Reflectance of the surface below at normal incidence
    """
    cosine = cosine.astype(np.float64)[:, None]
    thin = np.clip(thickness_nm[:, None] / 0.03, 0, 1)
    film = 1 + (film_ior[:, None] - 1) * thin * thin * (3 - 2 * thin)
    below2 = 1 - (1 - cosine**2) / film**2
    total = below2 < 0
    below = np.sqrt(np.maximum(below2, 0))
    outer = _schlick(((film - 1) / (film + 1)) ** 2, cosine)
    through = 1 - outer
    root = np.sqrt(np.clip(base_f0, 0, 0.9999))
    base_ior = (1 + root) / (1 - root)
    inner = _schlick(((base_ior - film) / (base_ior + film)) ** 2, below)
    shift = np.where(film < 1, 0, np.pi) + np.where(base_ior < film, np.pi, 0)
    path = 2 * film * thickness_nm[:, None] * below
    product = np.clip(outer * inner, 1e-5, 0.9999)
    amplitude = np.sqrt(product)
    series = through**2 * inner / (1 - product)
    reflectance = outer + series
    term = series - through
    for order in (1, 2):
        term = term * amplitude
        reflectance = reflectance + term * 2 * _sensitivity(order * path, order * shift)
    reflectance = np.where(total, 1, np.clip(reflectance, 0, 1))
    grazing = np.clip(1 - cosine, 0, 1) ** 5
    f0 = (reflectance - grazing) / np.maximum(1 - grazing, 1e-3)
    return np.asarray(np.clip(f0, 0, 1), np.float32)


def _schlick(f0: Floats, cosine: Floats) -> Floats:
    reflectance: Floats = f0 + (1 - f0) * np.clip(1 - cosine, 0, 1) ** 5
    return reflectance


def _sensitivity(path_nm: Floats, shift: Floats) -> Floats:
    """Linear RGB (n, 3) of interference at an optical path difference (n, 1) and phase shifts (n, 3)."""
    phase = 2 * np.pi * path_nm * 1e-9
    xyz = (
        _HEIGHT
        * np.sqrt(2 * np.pi * _VARIANCE)
        * np.cos(_POSITION * phase + shift)
        * np.exp(-_VARIANCE * phase**2)
    )
    height, position, variance = _SECOND
    second = height * np.sqrt(2 * np.pi * variance) * np.cos(position * phase[:, 0] + shift[:, 0])
    xyz[:, 0] += second * np.exp(-variance * phase[:, 0] ** 2)
    rgb: Floats = (xyz / _SCALE) @ _XYZ_TO_RGB.T
    return rgb
