"""Glass is told from noise by where its alpha lies on the surface."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from vitrine.geometry.topology import Topology
from vitrine.gltf import Material, Mesh, Model, Texture
from vitrine.repair.alpha_mode import set_alpha_modes
from vitrine.repair.glass import measure_transparency, shows_translucency

Make = Callable[..., Mesh]


def png(alpha: np.ndarray) -> bytes:
    file = io.BytesIO()
    rgb = np.full((*alpha.shape, 3), 180, np.uint8)
    Image.fromarray(np.dstack([rgb, alpha.astype(np.uint8)])).save(file, "PNG")
    return file.getvalue()


def topology(mesh: Mesh, alpha: np.ndarray, mode: str = "OPAQUE") -> Topology:
    material = Material(base_color=Texture(png(alpha), "image/png"), alpha_mode=mode)  # type: ignore[arg-type]
    return Topology.of(Model((mesh,), (material,)))


def upper_half(value: int) -> np.ndarray:
    alpha = np.full((128, 128), 255)
    alpha[:64] = value
    return alpha


def scattered(share: float, value: int) -> np.ndarray:
    random = np.random.default_rng(1).random((32, 32)) < share
    return np.where(np.kron(random, np.ones((4, 4), np.bool_)), value, 255)


@pytest.mark.parametrize(
    ("alpha", "mode", "expected"),
    [
        (upper_half(100), "OPAQUE", "BLEND"),  # the upper half of a bottle
        (scattered(0.15, 100), "OPAQUE", "OPAQUE"),
        (scattered(0.03, 100), "BLEND", "OPAQUE"),
        (scattered(0.3, 100), "BLEND", "BLEND"),  # an author's lace
        (scattered(0.03, 0), "BLEND", "BLEND"),  # an author's holes
        (upper_half(100), "BLEND", "BLEND"),
    ],
)
def test_connected_alpha_is_glass_and_scattered_alpha_is_noise(
    make_sphere: Make, alpha: np.ndarray, mode: str, expected: str
) -> None:
    changed, findings = set_alpha_modes(topology(make_sphere(48), alpha, mode), transparent=False)
    assert changed.model.materials[0].alpha_mode == expected
    assert [finding.code for finding in findings] == (
        ["ALPHA_MODE_CHANGED"] if mode != expected else ["ALPHA_FORCED_OPAQUE"] if mode == "OPAQUE" else []
    )


def test_half_a_sphere_is_one_region_of_half_the_surface(make_sphere: Make) -> None:
    measured = measure_transparency(topology(make_sphere(48), upper_half(100)), 0)
    assert measured.area_share == pytest.approx(0.5, abs=0.02)
    assert (measured.connected_share, measured.regions) == (1.0, 1)


def test_a_translucent_photo_is_evidence(make_sphere: Make) -> None:
    # Two thirds of the transparent area are one region, the rest is scattered.
    alpha = np.minimum(scattered(0.1, 100), np.where(np.arange(128) < 48, 100, 255)[:, None])
    parts = topology(make_sphere(64), alpha)
    measured = measure_transparency(parts, 0)
    assert 0.5 < measured.connected_share < 0.9
    ball = np.zeros((200, 200))
    inside = np.hypot(*(np.indices(ball.shape) - 100)) < 80
    opaque, clear = png(np.where(inside, 255, 0)), png(np.where(inside, 120, 0))
    assert not shows_translucency(opaque)
    assert shows_translucency(clear)
    assert (
        set_alpha_modes(parts, transparent=False, photo=opaque)[0].model.materials[0].alpha_mode == "OPAQUE"
    )
    by_photo = set_alpha_modes(parts, transparent=False, photo=clear)[0].model.materials[0].alpha_mode
    assert by_photo == ("BLEND" if measured.connected_share >= 0.5 else "OPAQUE")
