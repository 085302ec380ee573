"""Estimate the plain studio backdrop behind a product, also where the product hides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

BAND = 0.02
"""Width of the image border that the backdrop is fitted to, as a fraction of the shorter side."""
PLAIN_SHARE = 0.6
"""Least share of border pixels that must fit one smooth backdrop; the subject may cover the others."""
MAX_NOISE = 4.0
"""Most noise of a backdrop, as robust standard deviation in 8-bit levels; beyond it, it is a scene."""

DETAIL_PX = 6.0
"""Standard deviation of the blur against which the detail of a border is measured, in pixels."""


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A smooth image of the backdrop, and the noise of its pixels."""

    rgb: Floats
    """(h, w, 3) float32 sRGB, 0 to 255"""
    noise: float
    """Robust standard deviation of backdrop pixels around `rgb`, in 8-bit levels."""

    @property
    def tolerance(self) -> float:
        """Largest difference of a (smoothed) backdrop pixel from `rgb`, in 8-bit levels."""
        return max(3.0, 4.0 * self.noise)

    def subsample(self, step: int) -> Backdrop:
        """Return the backdrop at every `step`th row and column."""
        return Backdrop(self.rgb[::step, ::step], self.noise)


def fit_backdrop(rgb: Floats) -> Backdrop | None:
    """Fit a quadratic per channel to the border of `rgb`, (h, w, 3) float32 sRGB in 0 to 255.

    A quadratic models vignetting and the fall-off of a lamp. The fit is robust (annealed M-estimation with
    Tukey's biweight), so a subject at the border does not distort it. Returns `None` for a border that is
    not plain.
    """
    height, width = rgb.shape[:2]
    if min(height, width) < 8 * max(2, round(BAND * min(height, width))):
        return None
    border = _border((height, width))
    fitted = _fit_polynomial(rgb, border, degree=2, shape=(height, width))
    return _accept(rgb, fitted, border)


def border_detail(rgb: Floats) -> float:
    """Return how much the border of `rgb`, (h, w, 3) float32, differs from its blurred self, in 8-bit levels.

    The upper quartile of its pixels: about the noise for a backdrop with a gradient, more for a scene.
    """
    level = rgb.mean(axis=-1)
    detail = np.abs(level - ndimage.gaussian_filter(level, DETAIL_PX))
    return float(np.quantile(detail[_border(rgb.shape[:2])], 0.75))


def _border(shape: tuple[int, ...]) -> Mask:
    band = max(2, round(BAND * min(shape)))
    border = np.zeros(shape, np.bool_)
    border[:band] = border[-band:] = True
    border[:, :band] = border[:, -band:] = True
    return border


def refit_backdrop(rgb: Floats, seen: Mask, start: Backdrop, shape: tuple[int, int]) -> Backdrop:
    """Fit a quartic to every backdrop pixel, starting from an earlier fit.

    Parameters
    ----------
    rgb
        (h, w, 3) float32 sRGB in 0 to 255, subsampled or not.
    seen
        (h, w) bool, the pixels known to be backdrop.
    start
        The earlier fit, of the same size as `rgb`.
    shape
        (rows, columns) of the returned backdrop.
    """
    fitted = _fit_polynomial(rgb, seen, degree=4, shape=shape, start=start.rgb)
    step = -(-shape[0] // seen.shape[0])
    away = max_channel_difference(rgb[seen], fitted[::step, ::step][seen])
    return Backdrop(fitted, noise=float(np.median(away)))


def max_channel_difference(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the largest absolute difference of the three channels: (..., 3) and (..., 3) to (...).

    One channel at a time: numpy's reduction over a short last axis is far slower.
    """
    largest: npt.NDArray[Any] = np.abs(one[..., 0] - other[..., 0])
    for channel in (1, 2):
        np.maximum(largest, np.abs(one[..., channel] - other[..., channel]), out=largest)
    return largest


def border_components(mask: Mask) -> Mask:
    """Return the 4-connected components of `mask`, (h, w) bool, that touch the image's border."""
    seed = np.zeros_like(mask)
    seed[0], seed[-1], seed[:, 0], seed[:, -1] = mask[0], mask[-1], mask[:, 0], mask[:, -1]
    labels, _ = ndimage.label(mask)
    touching = np.unique(labels[seed])
    return np.asarray(np.isin(labels, touching[touching > 0]))


def _accept(rgb: Floats, fitted: Floats, border: Mask) -> Backdrop | None:
    away = max_channel_difference(rgb[border], fitted[border])
    # Only PLAIN_SHARE of the border need be backdrop: its lower three quarters give a robust deviation.
    noise = float(np.quantile(away, PLAIN_SHARE * 0.75))
    if noise > MAX_NOISE:
        return None
    backdrop = Backdrop(fitted, noise=noise)
    plain = float((away < 2 * backdrop.tolerance).mean())
    return backdrop if plain >= PLAIN_SHARE else None


def _fit_polynomial(
    rgb: Floats, where: Mask, degree: int, shape: tuple[int, int], start: Floats | None = None
) -> Floats:
    """Solve for the coefficients of `x^i y^j`, i + j <= degree, by iteratively reweighted least squares.

    Returns the polynomial on a grid of `shape`, (rows, columns, 3) float32 clipped to 0 to 255.
    """
    height, width = where.shape
    ys, xs = np.nonzero(where)
    step = max(1, len(ys) // 8_000)
    ys, xs = ys[::step], xs[::step]
    values = rgb[ys, xs].astype(np.float64)
    powers = [(i, j) for i in range(degree + 1) for j in range(degree + 1 - i)]
    across, down = np.linspace(-1, 1, width), np.linspace(-1, 1, height)
    basis = np.stack([across[xs] ** i * down[ys] ** j for i, j in powers], axis=1)
    linear = [k for k, (i, j) in enumerate(powers) if i + j <= 1]
    guess = np.broadcast_to(np.median(values, axis=0), values.shape) if start is None else start[ys, xs]
    solution = np.zeros((len(powers), 3))
    for scale, few in (
        (80, True),
        (60, True),
        (40, True),
        (30, False),
        (20, False),
        (12, False),
        (12, False),
    ):
        if start is not None and scale > 20:
            continue
        away = max_channel_difference(values, guess) / scale
        weight = np.where(away < 1, (1 - away**2) ** 2, 0) + 1e-9
        used = linear if few else list(range(len(powers)))
        columns = basis[:, used]
        normal = columns.T @ (columns * weight[:, None])
        normal += np.eye(len(used)) * 1e-4 * np.trace(normal) / len(used)
        solution[:] = 0
        solution[used] = np.linalg.solve(normal, columns.T @ (values * weight[:, None]))
        guess = basis @ solution
    fitted = np.empty((*shape, 3), np.float32)
    across, down = np.linspace(-1, 1, shape[1]), np.linspace(-1, 1, shape[0])
    for channel in range(3):
        grid = np.zeros((degree + 1, degree + 1))
        for k, (i, j) in enumerate(powers):
            grid[j, i] = solution[k, channel]
        down_powers = down[:, None] ** np.arange(degree + 1)
        across_powers = across[:, None] ** np.arange(degree + 1)
        fitted[..., channel] = down_powers @ grid @ across_powers.T
    return np.clip(fitted, 0, 255)
