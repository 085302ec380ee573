from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest

from vitrine.codecs import meshopt, meshopt_codec
from vitrine.gltf import Mesh

Make = Callable[..., Mesh]


@pytest.mark.parametrize(
    ("columns", "dtype"), [(4, np.uint16), (1, np.float32), (64, np.int32), (8, np.int8)]
)
def test_vertices_come_back_to_the_bit(columns: int, dtype: type) -> None:
    dice = np.random.default_rng(1)
    rows = dice.integers(0, 100, (1000, columns)).astype(dtype)
    data = meshopt_codec.encode_vertices(rows)
    assert data[0] == 0xA0  # version 0, the one of EXT_meshopt_compression
    back = meshopt_codec.decode_vertices(data, len(rows), rows.shape[1] * rows.itemsize)
    assert (back.view(dtype) == rows).all()


@pytest.mark.parametrize("size", [2, 4])
def test_triangles_come_back_in_order(make_sphere: Make, size: int) -> None:
    ball = make_sphere(16)
    flat = meshopt.optimize_vertex_cache(ball.triangles.reshape(-1), len(ball.positions), compact=True)
    flat, _ = meshopt.optimize_vertex_fetch(flat, len(ball.positions))
    data = meshopt_codec.encode_triangles(flat, len(ball.positions))
    assert data[0] == 0xE1
    assert len(data) < 2 * len(flat) // 3
    back = meshopt_codec.decode_triangles(data, len(flat), size).reshape(-1, 3)
    # A triangle may come back turned, never turned over.
    turned = np.stack([np.roll(back, -k, axis=1) for k in range(3)])
    assert (turned == flat.reshape(-1, 3)).all(axis=2).any(axis=0).all()


@pytest.mark.parametrize(("bits", "within_deg"), [(8, 1.0), (12, 0.06), (16, 0.004)])
def test_octahedral_normals_are_as_fine_as_their_bits(
    make_sphere: Make, bits: int, within_deg: float
) -> None:
    ball = make_sphere(40)
    assert ball.normals is not None
    four = np.concatenate([ball.normals, np.ones((len(ball.normals), 1), np.float32)], axis=1)
    rows = meshopt_codec.encode_octahedral(four, bits=bits)
    raw = meshopt_codec.decode_filter(rows.view(np.uint8).reshape(len(rows), -1), "OCTAHEDRAL")
    back = raw.view(rows.dtype)[:, :3].astype(np.float64)
    back /= np.linalg.norm(back, axis=1, keepdims=True)
    off = np.linalg.norm(np.cross(back, ball.normals), axis=1)
    assert np.degrees(np.arcsin(off)).max() < within_deg


def test_nothing_packs_and_unpacks() -> None:
    assert meshopt_codec.decode_vertices(
        meshopt_codec.encode_vertices(np.zeros((0, 4), np.uint16)), 0, 8
    ).shape == (0, 8)
    assert meshopt_codec.decode_triangles(
        meshopt_codec.encode_triangles(np.zeros(0, np.uint32), 0), 0, 4
    ).shape == (0,)


def test_broken_data_raises_and_never_crashes(make_sphere: Make) -> None:
    ball = make_sphere(16)
    vertices = meshopt_codec.encode_vertices(ball.positions.view(np.uint8).reshape(len(ball.positions), 12))
    triangles = meshopt_codec.encode_triangles(ball.triangles.reshape(-1), len(ball.positions))
    dice = random.Random(7)
    refused = 0
    for _ in range(300):
        for whole, unpack, count, size in (
            (vertices, meshopt_codec.decode_vertices, len(ball.positions), 12),
            (triangles, meshopt_codec.decode_triangles, ball.triangles.size, 4),
            (triangles, meshopt_codec.decode_sequence, ball.triangles.size, 4),
        ):
            data = bytearray(whole[: dice.randrange(len(whole))] if dice.random() < 0.5 else whole)
            for _ in range(dice.randint(0, 5)):
                if data:
                    data[dice.randrange(len(data))] = dice.randrange(256)
            try:
                unpack(bytes(data), count, size)
            except ValueError:
                refused += 1
    assert refused > 300


@pytest.mark.parametrize(
    ("count", "stride", "says"),
    [
        (10**9, 256, "cannot hold"),
        (10, 7, "not a multiple of 4"),
        (10, 0, "not 4 to 256"),
        (10, 260, "not 4 to 256"),
        (300, 12, "encoded data is invalid"),
    ],
)
def test_counts_that_do_not_fit_are_refused(count: int, stride: int, says: str) -> None:
    data = meshopt_codec.encode_vertices(np.zeros((10, 3), np.float32))
    with pytest.raises(ValueError, match=says):
        meshopt_codec.decode_vertices(data, count, stride)


def test_filters_check_their_rows() -> None:
    rows = np.zeros((2, 12), np.uint8)
    with pytest.raises(ValueError, match="OCTAHEDRAL on rows of 12 bytes"):
        meshopt_codec.decode_filter(rows, "OCTAHEDRAL")
    with pytest.raises(ValueError, match="unknown meshopt filter 'ZIP'"):
        meshopt_codec.decode_filter(rows, "ZIP")
    with pytest.raises(ValueError, match="bits is 17"):
        meshopt_codec.encode_octahedral(np.zeros((2, 4), np.float32), bits=17)
    with pytest.raises(ValueError, match="2 is not a multiple of three"):
        meshopt_codec.encode_triangles(np.zeros(2, np.uint32), 1)
    with pytest.raises(TypeError, match="not bytes"):
        meshopt_codec.decode_vertices(bytearray(8), 1, 4)  # type: ignore[arg-type]
