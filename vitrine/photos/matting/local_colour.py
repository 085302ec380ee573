"""Sharpen a rough matte with the photo's colours: local colour models and a guided filter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from vitrine.photos import ndimage
from vitrine.photos.matting.backdrop import Floats

MODEL_RADIUS = 0.05
"""Reach of the local colour models, as a fraction of the longer side."""
STRIDE = 2
"""The colour models, which vary slowly, are computed at every second row and column."""
NOISE = 4.0 / 255
"""Standard deviation that is added to the colours of a region, 0 to 1: no region is exactly of one colour."""
SURE = 0.6
"""Least probability of the pixels that make the subject's colour model; the backdrop's is one minus it."""
MAX_EVIDENCE = 4.0
"""Largest log-likelihood ratio of one pixel's colour: it outweighs a probability of 0.98."""
FILTER_RADIUS = 4
SMOOTHNESS = 1e-4
"""Radius, in pixels, and regularisation of the guided filter (He, Sun and Tang 2010: eps)."""
ROUNDS = 2

Planes = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, slots=True)
class LinearMatte:
    """Alpha as a linear function of the colour around each pixel: alpha = a · rgb + b."""

    slope: Planes
    offset: Floats

    def at(self, rgb: Floats) -> Floats:
        """Return alpha, (h, w) float32 0 to 1, for `rgb`, (h, w, 3) float32 in 0 to 255, of any size."""
        size = (rgb.shape[1], rgb.shape[0])
        alpha = _resized(self.offset, size)
        for channel, slope in enumerate(self.slope):
            alpha += _resized(slope, size) * rgb[..., channel] * np.float32(1 / 255)
        return np.clip(alpha, 0, 1, out=alpha)


def sharpen(rgb: Floats, rough: Floats) -> tuple[Floats, LinearMatte]:
    """Return alpha, (h, w) float32 0 to 1, and the same as a function of colour, which enlarges it.

    For each pixel, the colours of the subject and of the backdrop around it are two normal distributions,
    weighted by the matte so far. The likelihood ratio of the pixel's colour is added to the log odds of the
    rough matte; a guided filter makes the result follow the photo's edges.

    Parameters
    ----------
    rgb
        (h, w, 3) float32 sRGB in 0 to 255; about 480 pixels long.
    rough
        (h, w) float32, the probability of the subject.
    """
    planes: Planes = tuple(np.ascontiguousarray(rgb[..., c]) / np.float32(255) for c in range(3))  # type: ignore[assignment]
    odds = _log_odds(rough)
    alpha = rough
    for _ in range(ROUNDS):
        alpha = 1 / (1 + np.exp(-(odds + colour_evidence(planes, alpha))))
        matte = _guided_filter(planes, alpha)
        alpha = matte.at(rgb)
    return alpha, matte


def colour_evidence(planes: Planes, alpha: Floats) -> Floats:
    """Return the log-likelihood ratio of each pixel's colour, subject to backdrop, (h, w) float32."""
    few: Planes = tuple(plane[::STRIDE, ::STRIDE] for plane in planes)  # type: ignore[assignment]
    some = alpha[::STRIDE, ::STRIDE]
    radius = max(2, round(MODEL_RADIUS * max(some.shape)))
    front, near_front = _log_likelihood(planes, few, np.clip((some - SURE) / (1 - SURE), 0, 1), radius)
    back, near_back = _log_likelihood(planes, few, np.clip((1 - SURE - some) / (1 - SURE), 0, 1), radius)
    trust = np.minimum(1, np.minimum(near_front, near_back) * 50)
    return np.asarray(np.clip(front - back, -MAX_EVIDENCE, MAX_EVIDENCE) * trust, np.float32)


def _log_likelihood(planes: Planes, few: Planes, weight: Floats, radius: int) -> tuple[Floats, Floats]:
    """Return the log-likelihood of each pixel under the normal distribution of the colours around it.

    And the share of the weight around it. The constant of the distribution is left out.
    """
    share = _box(_box(weight, radius), radius) + np.float32(1e-6)
    mean = [_box(_box(plane * weight, radius), radius) / share for plane in few]
    covariance = {
        (i, j): _box(_box(few[i] * few[j] * weight, radius), radius) / share - mean[i] * mean[j]
        for i in range(3)
        for j in range(i, 3)
    }
    for channel in range(3):
        covariance[channel, channel] = np.maximum(covariance[channel, channel], 0) + np.float32(NOISE**2)
    inverse, determinant = _inverse(covariance)
    shape = planes[0].shape
    away = [plane - _repeat(centre, shape) for plane, centre in zip(planes, mean, strict=True)]
    distance = np.zeros(shape, np.float32)
    for (i, j), plane in inverse.items():
        distance += (1 if i == j else 2) * away[i] * away[j] * _repeat(plane, shape)
    level = _repeat(np.log(determinant), shape)
    return np.asarray(-0.5 * (distance + level)), _repeat(share, shape)


def _guided_filter(planes: Planes, alpha: Floats) -> LinearMatte:
    """Fit alpha = a · rgb + b in each window, and average a and b over the windows that hold a pixel."""
    radius = FILTER_RADIUS
    mean = [_box(plane, radius) for plane in planes]
    level = _box(alpha, radius)
    with_alpha = [_box(plane * alpha, radius) - mean[c] * level for c, plane in enumerate(planes)]
    covariance = {
        (i, j): _box(planes[i] * planes[j], radius) - mean[i] * mean[j] for i in range(3) for j in range(i, 3)
    }
    for channel in range(3):
        covariance[channel, channel] += np.float32(SMOOTHNESS)
    inverse, _ = _inverse(covariance)
    slope = [sum(inverse[min(i, j), max(i, j)] * with_alpha[j] for j in range(3)) for i in range(3)]
    offset = level - sum(slope[c] * mean[c] for c in range(3))
    return LinearMatte(tuple(_box(each, radius) for each in slope), _box(offset, radius))  # type: ignore[arg-type]


def _inverse(matrix: dict[tuple[int, int], Floats]) -> tuple[dict[tuple[int, int], Floats], Floats]:
    """Return inverses and determinants of symmetric 3 × 3 matrices, given as planes by (row, column)."""
    a, b, c = matrix[0, 0], matrix[0, 1], matrix[0, 2]
    d, e, f = matrix[1, 1], matrix[1, 2], matrix[2, 2]
    minors = {
        (0, 0): d * f - e * e,
        (0, 1): c * e - b * f,
        (0, 2): b * e - c * d,
        (1, 1): a * f - c * c,
        (1, 2): b * c - a * e,
        (2, 2): a * d - b * b,
    }
    determinant = np.maximum(a * minors[0, 0] + b * minors[0, 1] + c * minors[0, 2], np.float32(1e-18))
    return {at: minor / determinant for at, minor in minors.items()}, determinant


def _log_odds(probability: Floats) -> Floats:
    inner = np.clip(probability, 0.01, 0.99)
    return np.asarray(np.log(inner / (1 - inner)), np.float32)


def _box(values: Floats, radius: int) -> Floats:
    return np.asarray(ndimage.uniform_filter(values, 2 * radius + 1, mode="nearest"))


def _repeat(values: Floats, shape: tuple[int, ...]) -> Floats:
    """Enlarge (h, w) by `STRIDE`, bilinearly, to `shape`."""
    return _resized(values, (shape[1], shape[0]))


def _resized(values: Floats, size: tuple[int, int]) -> Floats:
    if (values.shape[1], values.shape[0]) == size:
        return values.copy()
    image = Image.fromarray(np.ascontiguousarray(values, np.float32))
    return np.array(image.resize(size, Image.Resampling.BILINEAR))
