"""Regions of metal without roughness are filled; screws, chrome and lacquer stay."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from vitrine.gltf import Material, Mesh, Model, Texture
from vitrine.repair.metal_outliers import replace_metal_outliers

Make = Callable[..., Mesh]
SPOTS = [(20, 30), (70, 90), (100, 12), (40, 110)]


def texture(pixels: np.ndarray) -> Texture:
    file = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(file, "PNG")
    return Texture(file.getvalue(), "image/png")


def pixels_of(made: Texture | None) -> np.ndarray:
    assert made is not None
    return np.asarray(Image.open(io.BytesIO(made.data))).astype(int)


def with_outliers(color: tuple[int, int, int] | None, *, metallic_around: int = 0, size: int = 2) -> Material:
    base = np.full((128, 128, 3), (200, 180, 160))
    orm = np.full((128, 128, 3), (255, 180, metallic_around))
    for row, column in SPOTS:
        orm[row : row + size, column : column + size] = (255, 0, 255)
        if color is not None:
            base[row : row + size, column : column + size] = color
    return Material(base_color=texture(base), metallic_roughness=texture(orm))


@pytest.mark.parametrize("color", [None, (8, 8, 8)])
def test_outliers_get_the_values_around_them(make_sphere: Make, color: tuple[int, int, int] | None) -> None:
    model, (finding,) = replace_metal_outliers(Model((make_sphere(8),), (with_outliers(color),)))
    (material,) = model.materials
    assert (finding.code, finding.measured) == ("METAL_OUTLIERS_REPLACED", pytest.approx(16 / 128**2))
    assert finding.message.startswith("4 regions")
    assert np.abs(pixels_of(material.metallic_roughness) - (255, 180, 0)).max() <= 1
    assert np.abs(pixels_of(material.base_color) - (200, 180, 160)).max() <= 1


@pytest.mark.parametrize(
    "material",
    [
        with_outliers((230, 232, 235)),  # screws, brighter than what they are in
        with_outliers(None, metallic_around=255),  # scratches in metal
        with_outliers(None, size=24),  # chrome trim
        Material(metallic_factor=1.0, roughness_factor=0.0),
    ],
)
def test_metal_parts_stay(make_sphere: Make, material: Material) -> None:
    model = Model((make_sphere(8),), (material,))
    assert replace_metal_outliers(model) == (model, ())
