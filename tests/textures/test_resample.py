from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vitrine.gltf.model import Sampler, Texture
from vitrine.textures.resample import TextureSampler, as_texture, rotate_normals, tiles

STRIPES = np.zeros((4, 4, 3), np.uint8)
STRIPES[:, :, 0] = (0, 80, 160, 240)


def stripes(**sampler: int) -> Texture:
    out = io.BytesIO()
    Image.fromarray(STRIPES).save(out, "PNG")
    return Texture(out.getvalue(), "image/png", Sampler(**sampler))


@pytest.mark.parametrize(
    ("wrap", "u", "red"),
    [(10497, 1.125, 0), (33071, 1.9, 240), (33071, -3.0, 0), (33648, 1.125, 240), (33648, -0.125, 0)],
)
def test_the_wrap_mode_decides_outside_of_the_texture(wrap: int, u: float, red: int) -> None:
    sampler = TextureSampler(stripes(wrap_s=wrap), "data")
    (texel,) = sampler.sample(np.array([[u, 0.5]], np.float32), np.eye(2))
    assert texel[0] == red


def test_nearest_does_not_mix_texels() -> None:
    uvs = np.array([[0.24, 0.5], [0.26, 0.5]], np.float32)
    nearest = TextureSampler(stripes(mag_filter=9728), "data").sample(uvs, np.eye(2))
    assert nearest[:, 0].tolist() == [0, 80]
    smooth = TextureSampler(stripes(), "data").sample(uvs, np.eye(2))
    assert 30 < smooth[0, 0] < 50


@pytest.mark.parametrize(
    ("linear", "expected"),
    [
        (np.eye(2), (0.6, 0.0, 0.8)),
        (np.array([[0.0, 1.0], [-1.0, 0.0]]), (0.0, -0.6, 0.8)),
        (np.array([[-1.0, 0.0], [0.0, 1.0]]), (-0.6, 0.0, 0.8)),
    ],
)
def test_normals_are_brought_into_the_other_frame(
    linear: np.ndarray, expected: tuple[float, float, float]
) -> None:
    normals = np.array([[0.6, 0.0, 0.8]], np.float32)
    assert np.allclose(rotate_normals(normals, linear), [expected], atol=1e-6)


def test_a_texture_is_written_with_alpha_only_where_it_has_some() -> None:
    pixels = np.full((4, 4, 4), 255, np.uint8)
    made = as_texture(pixels, stripes(mag_filter=9728), keep_alpha=True)
    assert made.sampler == Sampler(33071, 33071, 9728)
    assert not tiles(made.sampler)
    with Image.open(io.BytesIO(made.data)) as image:
        assert image.mode == "RGB"
