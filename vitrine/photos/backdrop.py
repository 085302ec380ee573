"""The studio backdrop behind a product: what it looks like where the product hides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

BAND = 0.02
"""Width of the border that is looked at, as a fraction of the shorter side."""
PLAIN_SHARE = 0.6
"""At least this share of the border must follow one smooth backdrop; a subject may cover the rest."""
MAX_NOISE = 4.0
"""A border that strays further from a smooth fit (robust standard deviation, 8-bit levels) is a scene."""


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A smooth picture of the backdrop, and how far real backdrop pixels stray from it."""

    rgb: Floats
    """(h, w, 3) float32, 0 to 255"""
    noise: float
    """Robust standard deviation of backdrop pixels around `rgb`, in 8-bit levels."""

    @property
    def tolerance(self) -> float:
        """How far a (smoothed) pixel may be from `rgb` and still be backdrop, in 8-bit levels."""
        return max(3.0, 4.0 * self.noise)

    def every(self, step: int) -> Backdrop:
        """This backdrop at every `step`th pixel."""
        return Backdrop(self.rgb[::step, ::step], self.noise)


def fit_backdrop(rgb: Floats) -> Backdrop | None:
    """Fit a quadratic per channel to the border of `rgb`, (h, w, 3) float32; `None` where it is not plain.

    Quadratic covers vignettes and lamp fall-off. The fit is robust (Tukey's biweight, annealed), so a
    subject that reaches into the border does not bend it.
    """
    height, width = rgb.shape[:2]
    band = max(2, round(BAND * min(height, width)))
    if min(height, width) < 8 * band:
        return None
    border = np.zeros((height, width), np.bool_)
    border[:band] = border[-band:] = True
    border[:, :band] = border[:, -band:] = True
    fitted = _fit(rgb, border, degree=2, shape=(height, width))
    return _checked(rgb, fitted, border)


def refit_backdrop(rgb: Floats, seen: Mask, start: Backdrop, shape: tuple[int, int]) -> Backdrop:
    """Fit again, a quartic now, to every pixel where the backdrop was `seen`; `shape` is the size wanted.

    `rgb` (h, w, 3), `seen` (h, w) bool and `start` may be a thinned copy of the picture.
    """
    fitted = _fit(rgb, seen, degree=4, shape=shape, start=start.rgb)
    step = -(-shape[0] // seen.shape[0])
    away = max_channel_difference(rgb[seen], fitted[::step, ::step][seen])
    return Backdrop(fitted, noise=float(np.median(away)))


def max_channel_difference(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The largest difference of the three channels, (h, w); channel by channel, which is far quicker."""
    farthest: npt.NDArray[Any] = np.abs(one[..., 0] - other[..., 0])
    for channel in (1, 2):
        np.maximum(farthest, np.abs(one[..., channel] - other[..., channel]), out=farthest)
    return farthest


def border_components(mask: Mask) -> Mask:
    """The parts of `mask` that reach the frame's border."""
    seed = np.zeros_like(mask)
    seed[0], seed[-1], seed[:, 0], seed[:, -1] = mask[0], mask[-1], mask[:, 0], mask[:, -1]
    labels, _ = ndimage.label(mask)
    touching = np.unique(labels[seed])
    return np.asarray(np.isin(labels, touching[touching > 0]))


def _checked(rgb: Floats, fitted: Floats, border: Mask) -> Backdrop | None:
    away = max_channel_difference(rgb[border], fitted[border])
    # 60 % of the border may be believed: its spread is that of a half normal cut there.
    noise = float(np.quantile(away, PLAIN_SHARE * 0.75) / 1.0)
    if noise > MAX_NOISE:
        return None
    backdrop = Backdrop(fitted, noise=noise)
    plain = float((away < 2 * backdrop.tolerance).mean())
    return backdrop if plain >= PLAIN_SHARE else None


def _fit(
    rgb: Floats, where: Mask, degree: int, shape: tuple[int, int], start: Floats | None = None
) -> Floats:
    """Least squares of `x^i y^j`, i + j <= degree, with outliers weighed down."""
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
