from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from vitrine.compiled import kernels
from vitrine.gltf import Material, Mesh, Model
from vitrine.textures.chart_mask import ChartMasks, chart_mask, close_holes


def centres_inside(corners: npt.NDArray[np.float64], width: int, height: int) -> npt.NDArray[np.bool_]:
    """By brute force."""
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    inside = np.zeros((height, width), bool)
    for a, b, c in corners:
        turn = np.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
        sides = [(e[0] - s[0]) * (y - s[1]) - (e[1] - s[1]) * (x - s[0]) for s, e in ((a, b), (b, c), (c, a))]
        if turn:
            inside |= np.min([turn * side for side in sides], axis=0) >= 0
    return inside


@pytest.mark.parametrize("extent", [0.002, 0.02, 0.2, 1.0])
def test_texels_in_triangles_are_marked_and_none_two_away(extent: float) -> None:
    dice = np.random.default_rng(5)
    corners = dice.random((100, 1, 2)) + (dice.random((100, 3, 2)) - 0.5) * extent
    corners = np.clip(corners, 0, 1).astype(np.float32)
    triangles = np.arange(300, dtype=np.uint32).reshape(-1, 3)
    mask = chart_mask(((corners.reshape(-1, 2), triangles),), 256, 128)
    assert mask is not None
    exact = centres_inside(corners * (256.0, 128.0), 256, 128)
    assert (exact & ~mask).sum() <= max(2, 0.02 * exact.sum())
    texels = np.rint(corners.mean(axis=1) * (256, 128) - 0.5).astype(int)
    exact[texels[:, 1].clip(0, 127), texels[:, 0].clip(0, 255)] = True
    for _ in range(2):
        exact = np.max([np.roll(exact, s, a) for a in (0, 1) for s in (-1, 0, 1)], axis=0)
    assert (mask & ~exact).sum() <= max(4, 0.005 * mask.sum())


@pytest.mark.parametrize("far", [3.0, -0.5, np.nan, np.inf, -np.inf])
def test_uvs_that_leave_the_atlas_use_everything(far: float) -> None:
    uvs = np.array([[0, 0], [far, 0], [0, 1]], np.float32)
    assert chart_mask(((uvs, np.array([[0, 1, 2]], np.uint32)),), 64, 64) is None


def test_a_triangle_marks_its_texels_and_those_at_its_edges() -> None:
    """Centres at whole numbers; the long edge passes through those of the diagonal."""
    corner = np.array([[0, 0], [4, 0], [0, 4], [9, 9]], np.float32)
    mask = kernels.cover_texels(corner, np.array([[0, 1, 2]]), 6, 7, 3, 0.01)
    rows, columns = np.mgrid[:6, :7]
    np.testing.assert_array_equal(mask, rows + columns <= 4)
    np.testing.assert_array_equal(kernels.cover_texels(corner, np.array([[0, 2, 1]]), 6, 7, 3, 0.01), mask)
    line = kernels.cover_texels(corner, np.array([[0, 1, 1]]), 6, 7, 3, 0.01)
    np.testing.assert_array_equal(np.argwhere(line), [[0, column] for column in range(5)])


def test_a_small_triangle_marks_the_texel_at_its_centroid() -> None:
    corner = np.array([[2.2, 1.1], [2.4, 1.2], [2.3, 1.4], [-0.7, 5.6]], np.float32)
    mask = kernels.cover_texels(corner, np.array([[0, 1, 2], [3, 3, 3]]), 6, 7, 3, 0.01)
    assert np.argwhere(mask).tolist() == [[1, 2], [5, 0]]  # the second lies beside the atlas


@pytest.mark.parametrize(("bad", "said"), [(np.nan, "nan"), (np.inf, "inf"), (1e6, "1000000")])
def test_triangles_far_from_the_atlas_are_refused(bad: float, said: str) -> None:
    corner = np.array([[0, 0], [4, 0], [0, bad]], np.float32)
    with pytest.raises(ValueError, match=f"triangle 0 leaves the atlas: it reaches {said}"):
        kernels.cover_texels(corner, np.array([[0, 1, 2]]), 6, 7, 3, 0.01)
    with pytest.raises(ValueError, match="at least one texel"):
        kernels.cover_texels(corner, np.array([[0, 1, 1]]), 0, 7, 3, 0.01)


def test_only_meshes_with_the_material_count_and_masks_are_kept() -> None:
    corner = np.array([[0, 0], [0.2, 0], [0, 0.2]], np.float32)
    one = np.array([[0, 1, 2]], np.uint32)
    places = np.zeros((3, 3), np.float32)
    model = Model(
        (Mesh(places, one, uvs=corner), Mesh(places, one, uvs=corner + np.float32(0.7), material=1)),
        (Material(), Material()),
    )
    first = ChartMasks(lambda: model, frozenset({0})).mask(64, 64)
    both = ChartMasks(lambda: model, frozenset({0, 1}))
    assert first is not None
    assert first[0, 0]
    assert not first[46:, 46:].any()
    mask = both.mask(64, 64)
    assert mask is not None
    assert mask[46:, 46:].any()
    assert both.mask(64, 64) is mask


def naive_closing(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Dilate, then erode with a cross, one texel at a time; texels outside the image are left out of both."""

    def cross(image: npt.NDArray[np.bool_], y: int, x: int) -> list[bool]:
        near = ((y, x), (y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1))
        height, width = image.shape
        return [bool(image[row, column]) for row, column in near if 0 <= row < height and 0 <= column < width]

    texels = list(np.ndindex(*mask.shape))
    dilated = np.array([any(cross(mask, y, x)) for y, x in texels]).reshape(mask.shape)
    return np.array([all(cross(dilated, y, x)) for y, x in texels]).reshape(mask.shape)


@pytest.mark.parametrize("density", [0.05, 0.3, 0.6, 0.9])
def test_closing_fills_holes_and_keeps_the_border(density: float) -> None:
    mask = np.random.default_rng(8).random((23, 31)) < density
    np.testing.assert_array_equal(close_holes(mask), naive_closing(mask))


def test_a_hole_of_one_texel_is_filled_and_a_chart_at_the_border_stays() -> None:
    mask = np.zeros((8, 8), np.bool_)
    mask[:5, :5] = True
    mask[2, 2] = False
    assert close_holes(mask).sum() == 25
