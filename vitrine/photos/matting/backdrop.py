"""Estimate the plain studio backdrop behind a product, also where the product hides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.photos import ndimage

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.intp]

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
        return tolerance(self.noise)


def tolerance(noise: float) -> float:
    """Return the largest difference of a backdrop with this noise from a smooth one, in 8-bit levels."""
    return max(3.0, 4.0 * noise)


def planar(rgb: npt.NDArray[Any]) -> Floats:
    """Return a float32 copy of `rgb`, (h, w, 3), whose channels are contiguous planes: filters run faster."""
    return np.moveaxis(np.array(np.moveaxis(rgb, -1, 0), np.float32, order="C"), 0, -1)


def fit_backdrop(rgb: Floats, step: int = 1) -> Backdrop | None:
    """Fit a quadratic per channel to the border of `rgb`, (h, w, 3) float32 sRGB in 0 to 255.

    A quadratic models vignetting and the fall-off of a lamp. The fit is robust (annealed M-estimation with
    Tukey's biweight), so a subject at the border does not distort it. Returns the backdrop at every `step`th
    row and column, or `None` for a border that is not plain.
    """
    height, width = rgb.shape[:2]
    if min(height, width) < 8 * max(2, round(BAND * min(height, width))):
        return None
    border = _border((height, width))
    surface = _fit_polynomial(rgb, border, degree=2)
    noise = _border_noise(rgb, surface, border)
    return None if noise is None else Backdrop(surface.image((height, width), step), noise)


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


def refit_backdrop(
    rgb: Floats, seen: Mask, start: Backdrop, shape: tuple[int, int], step: int = 1
) -> Backdrop:
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
        (rows, columns) of the whole photo.
    step
        The backdrop is returned at every `step`th row and column of the whole photo.
    """
    fitted = _fit_polynomial(rgb, seen, degree=4, start=start.rgb).image(shape, step)
    skip = -(-fitted.shape[0] // seen.shape[0])
    away = max_channel_difference(rgb[seen], fitted[::skip, ::skip][seen])
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
    chosen = np.zeros(labels.max(initial=0) + 1, np.bool_)
    chosen[touching] = True
    chosen[0] = False
    return np.asarray(chosen[labels])


def _border_noise(rgb: Floats, surface: _Polynomial, border: Mask) -> float | None:
    """Return the noise of a plain border around `surface`, in 8-bit levels; `None` if it is not."""
    rows, columns = np.nonzero(border)
    away = max_channel_difference(rgb[border], surface.at(rows, columns, border.shape))
    # Only PLAIN_SHARE of the border need be backdrop: its lower three quarters give a robust deviation.
    noise = float(np.quantile(away, PLAIN_SHARE * 0.75))
    if noise > MAX_NOISE:
        return None
    plain = float((away < 2 * tolerance(noise)).mean())
    return noise if plain >= PLAIN_SHARE else None


@dataclass(frozen=True, slots=True)
class _Polynomial:
    """A polynomial in x and y, which go from -1 to 1 across and down the image, for each channel."""

    powers: list[tuple[int, int]]
    """The exponents of x and y of each coefficient."""
    solution: npt.NDArray[np.float64]
    """(len(powers), 3)"""

    def at(self, rows: Ints, columns: Ints, shape: tuple[int, ...]) -> Floats:
        """Return the colours at some pixels, (n, 3) float32 in 0 to 255, of an image of `shape`."""
        x, y = np.linspace(-1, 1, shape[1])[columns], np.linspace(-1, 1, shape[0])[rows]
        basis = np.stack([x**i * y**j for i, j in self.powers], axis=1)
        return np.asarray(np.clip(_product("ki,ic->kc", basis, self.solution), 0, 255), np.float32)

    def image(self, shape: tuple[int, int], step: int) -> Floats:
        """Return every `step`th row and column of an image of `shape`, (rows, columns, 3), in 0 to 255."""
        across, down = np.linspace(-1, 1, shape[1])[::step], np.linspace(-1, 1, shape[0])[::step]
        degree = max(i for i, _ in self.powers)
        across_powers = across[:, None] ** np.arange(degree + 1)
        down_powers = down[:, None] ** np.arange(degree + 1)
        planes = np.empty((3, len(down), len(across)), np.float32)
        for channel in range(3):
            grid = np.zeros((degree + 1, degree + 1))
            for k, (i, j) in enumerate(self.powers):
                grid[j, i] = self.solution[k, channel]
            planes[channel] = _product("yj,jx->yx", down_powers, grid @ across_powers.T)
        return np.moveaxis(np.clip(planes, 0, 255, out=planes), 0, -1)


def _fit_polynomial(rgb: Floats, where: Mask, degree: int, start: Floats | None = None) -> _Polynomial:
    """Solve for the coefficients of `x^i y^j`, i + j <= degree, by iteratively reweighted least squares."""
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
        normal = _product("ki,kj->ij", columns, columns * weight[:, None])
        normal += np.eye(len(used)) * 1e-4 * np.trace(normal) / len(used)
        solution[:] = 0
        solution[used] = np.linalg.solve(normal, _product("ki,kc->ic", columns, values * weight[:, None]))
        guess = _product("ki,ic->kc", basis, solution)
    return _Polynomial(powers, solution)


def _product(subscripts: str, one: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Multiply long, narrow matrices without BLAS, whose threads wait more than they work."""
    return np.asarray(np.einsum(subscripts, one, other))
