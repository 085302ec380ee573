"""`fit_backdrop`: the backdrop as it goes on behind the product."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vitrine.photos.matting.backdrop import border_components, fit_backdrop


def lit(size: int = 240) -> np.ndarray:
    """A backdrop with a vignette and a sideways gradient, (size, size, 3) float32."""
    y, x = np.mgrid[:size, :size] / size - 0.5
    return ((230 - 60 * (x**2 + y**2) + 20 * x)[..., None] * [1, 0.98, 0.95]).astype(np.float32)


def test_a_vignette_is_known_behind_the_product() -> None:
    truth = lit()
    photo = truth.copy()
    photo[60:180, 60:180] = (40, 90, 20)
    fitted = fit_backdrop(photo)
    assert fitted is not None
    assert np.abs(fitted.rgb - truth).max() < 0.5
    assert fitted.noise < 0.2


def test_a_subject_in_the_border_does_not_bend_it() -> None:
    truth = lit()
    photo = truth.copy()
    photo[100:, 60:180] = (40, 90, 20)
    fitted = fit_backdrop(photo)
    assert fitted is not None
    assert np.abs(fitted.rgb - truth).max() < 1.5


@pytest.mark.parametrize("sigma", [0.5, 2.0])
def test_noise_is_measured(sigma: float) -> None:
    rng = np.random.default_rng(1)
    photo = lit() + rng.normal(size=(240, 240, 3)).astype(np.float32) * sigma
    fitted = fit_backdrop(photo)
    assert fitted is not None
    assert fitted.noise == pytest.approx(1.2 * sigma, rel=0.25)


@pytest.mark.parametrize(
    "scene",
    [
        lambda rng: rng.uniform(0, 255, (200, 200, 3)),
        lambda rng: np.kron(rng.uniform(0, 255, (10, 10, 3)), np.ones((20, 20, 1))),
        lambda _: np.full((12, 12, 3), 200.0),
        lambda _: np.full((1, 1, 3), 200.0),
    ],
    ids=["noise", "patchwork", "tiny", "one pixel"],
)
def test_a_scene_is_no_backdrop(scene: Callable[[np.random.Generator], np.ndarray]) -> None:
    photo = scene(np.random.default_rng(3)).astype(np.float32)
    assert fit_backdrop(photo) is None


def test_connected_keeps_what_reaches_the_frame() -> None:
    mask = np.zeros((9, 9), bool)
    mask[:, 0] = mask[4, :3] = mask[6, 6] = True
    kept = border_components(mask)
    assert kept[4, 2]
    assert not kept[6, 6]
