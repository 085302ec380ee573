from __future__ import annotations

import numpy as np
import pytest

from vitrine.compiled import kernels
from vitrine.textures.color_space import LINEAR_OF_BYTE

REPEAT, MIRRORED, CLAMP = 10497, 33648, 33071
UNIT = np.arange(256, dtype=np.float32) / np.float32(255)
# Four texels in a row: 0, 85, 170, 255 in all channels.
STRIP = np.repeat(np.arange(0, 256, 85, dtype=np.uint8)[None, :, None], 4, axis=2)


def strip(u: list[float], *, wrap: int = REPEAT, nearest: bool = True) -> list[float]:
    uvs = np.array([[x, 0.5] for x in u], np.float32)
    numbers = np.zeros(len(u), np.int32)
    texels = kernels.sample_texels([STRIP], numbers, uvs, (wrap, wrap), (nearest, nearest), UNIT)
    assert (texels[:, :3] == texels[:, :1]).all()
    return [round(float(value) * 3, 4) for value in texels[:, 0]]


@pytest.mark.parametrize(
    ("wrap", "expected"),
    [(REPEAT, [3, 0, 3, 0, 2]), (MIRRORED, [0, 0, 3, 3, 1]), (CLAMP, [0, 0, 3, 3, 0])],
)
def test_texels_outside_wrap_as_the_sampler_says(wrap, expected):
    assert strip([-0.1, 0.1, 0.9, 1.1, -6.4], wrap=wrap) == expected


def test_texels_are_interpolated_between_their_centres():
    assert strip([0.125, 0.25, 0.3125, 0.0], nearest=False) == [0, 0.5, 0.75, 1.5]
    assert strip([0.0, 1.0], wrap=CLAMP, nearest=False) == [0, 3]


def test_uvs_that_are_no_numbers_read_a_texel():
    for value in strip([np.nan, np.inf, -1e30], nearest=False):
        assert 0 <= value <= 3


def test_numbers_of_levels_are_clipped_and_alpha_is_linear():
    levels = [np.full((2, 2, 4), 50, np.uint8), np.full((1, 1, 4), 100, np.uint8)]
    numbers = np.array([-1, 0, 1, 7], np.int32)
    texels = kernels.sample_texels(
        levels, numbers, np.zeros((4, 2)), (REPEAT, REPEAT), (False, False), LINEAR_OF_BYTE
    )
    bytes_ = np.array([50, 50, 100, 100])
    np.testing.assert_allclose(texels[:, 0], LINEAR_OF_BYTE[bytes_], rtol=1e-6)
    np.testing.assert_allclose(texels[:, 3], bytes_ / 255, rtol=1e-6)


def test_other_shapes_are_named():
    zeros = np.zeros((3, 3), np.float32)
    with pytest.raises(ValueError, match=r"directions must have the shape \(3, 3\)"):
        kernels.face_viewer(zeros, zeros[:2])
    with pytest.raises(ValueError, match="levels must not be empty"):
        kernels.sample_texels([], np.zeros(1), np.zeros((1, 2)), (REPEAT, REPEAT), (True, True), UNIT)
    with pytest.raises(ValueError, match="u must have"):
        kernels.interpolate(np.zeros((3, 8)), [[0, 1, 2]], [0], [0], np.zeros(2), np.zeros(1), zeros[:1])
    with pytest.raises(ValueError, match="hit 0 is of no triangle"):
        kernels.interpolate(np.zeros((3, 8)), [[0, 1, 2]], [0], [-1], np.zeros(1), np.zeros(1), zeros[:1])


def test_light_that_is_no_number_is_no_undefined_byte():
    light = np.array([[np.nan, 2, -1, 1], [0.5, 0.5, 0.5, np.nan], [1, 1, 1, 0]], np.float32)
    pixels = kernels.encode_pixels(light, np.arange(256, dtype=np.uint8))
    assert pixels[0].tolist() == [0, 255, 0, 255]
    assert pixels[1, 3] == 0
    assert pixels[2].tolist() == [0, 0, 0, 0]


def test_glass_dims_what_is_behind_it_channel_by_channel():
    paths = kernels.Paths(2, 3)
    one, red = np.ones(1, np.float32), np.array([[1, 0, 0]], np.float32)
    up = np.array([[0, 1, 0]], np.float32)
    [goes_on] = paths.add([1], np.zeros((1, 3)), one, one * 2, up, red, 0.004)
    assert goes_on
    [goes_on] = paths.add([1], np.ones((1, 3)), one, one * 5, -up, None, 0.004)
    assert not goes_on
    rgba, depth, normal = paths.image()
    np.testing.assert_allclose(rgba, [[0, 0, 0, 0], [1, 0, 0, 1]])
    np.testing.assert_allclose(depth, [np.inf, 2])
    np.testing.assert_allclose(normal, [[0, 0, 0], [0, 1, 0]])


def test_rays_that_do_not_exist_are_left_out():
    paths = kernels.Paths(1, 1)
    one = np.ones(2, np.float32)
    goes_on = paths.add([-1, 1], np.ones((2, 3)), one, one, np.ones((2, 3)), None, 0.0)
    assert not goes_on.any()
    assert not paths.image()[0].any()


def test_components_are_numbered_by_their_first_nodes():
    labels, count = kernels.connected_components(7, [5, 1, 6, 3], [2, 4, 5, 3])
    assert labels.tolist() == [0, 1, 2, 3, 1, 2, 2]
    assert count == 4
    with pytest.raises(ValueError, match="edge 1 has a node outside of 0 to 2"):
        kernels.connected_components(3, [0, 3], [1, 2])


@pytest.mark.parametrize("seed", range(3))
def test_components_are_those_of_scipy(seed):
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    one, other = np.random.default_rng(seed).integers(0, 500, (2, 400))
    graph = coo_array((np.ones(400), (one, other)), shape=(500, 500))
    count, labels = connected_components(graph, directed=False)
    found, number = kernels.connected_components(500, one, other)
    assert number == count
    assert (found == labels).all()


def test_half_edges_are_sorted_by_their_edges():
    triangles = np.array([[0, 1, 2], [2, 1, 3], [1, 0, 3]])
    order, first = kernels.sort_half_edges(triangles, 4)
    edges = [order[a:b].tolist() for a, b in zip(first, [*first[1:], len(order)], strict=True)]
    #                (0, 1)  (0, 2) (0, 3) (1, 2)  (1, 3)  (2, 3)
    assert edges == [[0, 6], [2], [7], [1, 3], [4, 8], [5]]
    with pytest.raises(ValueError, match="triangle 1 has a vertex outside of 0 to 2"):
        kernels.sort_half_edges(triangles, 3)
    assert [len(each) for each in kernels.sort_half_edges(np.zeros((0, 3), np.int32), 0)] == [0, 0]


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_texels_are_averaged_two_by_two(channels):
    """Squares in place of linear light; a fourth channel is taken as it is."""
    rng = np.random.default_rng(4)
    pixels = rng.integers(0, 256, (6, 10, channels)).astype(np.uint8)
    mask = rng.random((6, 10)) < 0.4
    levels = (np.arange(256) ** 2).astype(np.uint16)
    of_level = np.rint(np.sqrt(np.arange(65536))).clip(0, 255).astype(np.uint8)
    values = pixels.astype(np.int64)
    values[..., :3] = levels[values[..., :3]]

    def squares(of):
        return of.reshape(3, 2, 5, 2, -1).sum(axis=(1, 3))

    def to_bytes(mean):
        means = mean.astype(np.int64)
        means[..., :3] = of_level[means[..., :3]]
        return means

    mean = kernels.halve_texels(pixels, levels, of_level)
    np.testing.assert_array_equal(mean, to_bytes((squares(values) + 2) // 4))
    mean, covered = kernels.halve_masked_texels(pixels, mask, levels, of_level)
    count = squares(mask[..., None].astype(np.int64))
    np.testing.assert_array_equal(covered, count[..., 0] > 0)
    share = np.float32(1) / np.maximum(count, 1).astype(np.float32)
    expected = np.rint(squares(values * mask[..., None]).astype(np.float32) * share)
    np.testing.assert_array_equal(mean, to_bytes(expected))


def test_textures_with_odd_sides_are_not_halved():
    tables = np.zeros(256, np.uint16), np.zeros(65536, np.uint8)
    for shape in ((3, 4, 3), (4, 3, 3), (4, 4), (4, 4, 5)):
        with pytest.raises(ValueError, match="even sides and up to 4 channels"):
            kernels.halve_texels(np.zeros(shape, np.uint8), *tables)
    with pytest.raises(ValueError, match=r"mask must have the shape \(4, 4\)"):
        kernels.halve_masked_texels(np.zeros((4, 4, 3), np.uint8), np.zeros((4, 2), bool), *tables)
    with pytest.raises(ValueError, match="levels must have the shape"):
        kernels.halve_texels(np.zeros((4, 4, 3), np.uint8), tables[0][1:], tables[1])


def test_normals_are_summed_at_vertices_as_numpy_does_it():
    """To the last bit: identities of models hang on it."""
    rng = np.random.default_rng(3)
    positions = rng.normal(size=(40, 3)).astype(np.float32)
    triangles = rng.integers(0, 40, (300, 3)).astype(np.uint32)
    a, b, c = (positions[triangles[:, corner]].astype(np.float64) for corner in range(3))
    normals = kernels.face_normals(positions, triangles)
    assert np.array_equal(normals, np.cross(b - a, c - a))
    flat = triangles.T.reshape(-1)
    for values in (normals, normals[:, :1], rng.normal(size=(300, 5))):
        sums = [np.bincount(flat, np.tile(column, 3), minlength=41) for column in values.T]
        assert np.array_equal(kernels.sum_at_vertices(values, triangles, 41), np.stack(sums, axis=1))
    with pytest.raises(ValueError, match="has a vertex outside of 0 to 4"):
        kernels.sum_at_vertices(normals, triangles, 5)
    with pytest.raises(ValueError, match="values must have the shape"):
        kernels.sum_at_vertices(normals[:-1], triangles, 41)
    assert kernels.sum_at_vertices(np.zeros((0, 3)), np.zeros((0, 3), np.int32), 2).tolist() == [[0] * 3] * 2


def test_parts_have_boxes_and_volumes():
    """A tetrahedron of volume 1/6, and one twice as large beside it, turned inside out."""
    corner = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    positions = np.concatenate([corner, corner * 2 + 5])
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])
    triangles, part = np.concatenate([faces, faces + 4]), np.repeat([0, 1], 4)
    low, high = kernels.part_bounds(positions, triangles, part, 3)
    assert low[:2].tolist() == [[0, 0, 0], [5, 5, 5]]
    assert high[:2].tolist() == [[1, 1, 1], [7, 7, 7]]
    assert np.isinf(low[2]).all()
    volumes = kernels.part_volumes(positions, triangles, part, part == 1, 2)
    np.testing.assert_allclose(volumes, [1, -8])
    with pytest.raises(ValueError, match="triangle 4 has a part outside of 0 to 0"):
        kernels.part_volumes(positions, triangles, part, part == 1, 1)


def test_ssim_is_that_of_uniform_windows():
    """Against SciPy's uniform filter, which repeats the pixels at the edges, too."""
    from scipy.ndimage import uniform_filter

    rng = np.random.default_rng(1)
    a = rng.uniform(0, 255, (40, 31)).astype(np.float32)
    b = np.clip(a + rng.normal(0, 20, a.shape), 0, 255).astype(np.float32)
    mask = rng.random(a.shape) < 0.7
    ma, mb, aa, bb, ab = (
        uniform_filter(values.astype(np.float64), 7, mode="nearest") for values in (a, b, a * a, b * b, a * b)
    )
    c1, c2 = 6.5025, 58.5225
    ssim = (2 * ma * mb + c1) * (2 * (ab - ma * mb) + c2)
    ssim /= (ma**2 + mb**2 + c1) * (aa - ma**2 + bb - mb**2 + c2)
    assert kernels.image_ssim(a, b, mask, 7, c1, c2) == pytest.approx(ssim[mask].mean(), abs=1e-6)
    assert kernels.image_ssim(a, b, np.zeros_like(mask), 7, c1, c2) == 1
