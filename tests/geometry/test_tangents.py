from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vitrine.geometry.tangents import add_tangents
from vitrine.gltf import Mesh, read_glb

QUAD = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
UPRIGHT = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32)
FACING = np.tile(np.array([[0, 0, 1]], np.float32), (4, 1))
TWO = np.array([[0, 1, 2], [0, 2, 3]], np.uint32)


def test_an_upright_texture_has_tangents_to_the_right() -> None:
    made = add_tangents(Mesh(QUAD, TWO, FACING, UPRIGHT))
    assert made.tangents is not None
    assert made.tangents.tolist() == [[1, 0, 0, 1]] * 4


def test_a_mirrored_texture_has_the_other_sign() -> None:
    made = add_tangents(Mesh(QUAD, TWO, FACING, UPRIGHT * (-1, 1)))
    assert made.tangents is not None
    assert made.tangents.tolist() == [[-1, 0, 0, -1]] * 4


def test_tangents_without_length_or_sign_are_computed_anew() -> None:
    for known in ([[0, 1, 0, 1]], [[1, 0, 0, 1]]):
        kept = Mesh(QUAD, TWO, FACING, UPRIGHT, tangents=np.tile(np.array(known, np.float32), (4, 1)))
        assert add_tangents(kept) is kept
    for unknown in ([0, 0, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0]):
        tangents = np.tile(np.array([[0, 1, 0, 1]], np.float32), (4, 1))
        tangents[2] = unknown
        made = add_tangents(Mesh(QUAD, TWO, FACING, UPRIGHT, tangents=tangents))
        assert made.tangents is not None
        assert made.tangents.tolist() == [[1, 0, 0, 1]] * 4


@pytest.mark.filterwarnings("error")  # a square of 1e25 is no float32
def test_tangents_of_another_length_or_sign_are_scaled() -> None:
    for length, sign in ((0.5, 1), (3, 0.7), (1, 2), (1e-4, -0.5), (1e25, 1)):
        tangents = np.tile(np.array([[0, length, 0, sign]], np.float32), (4, 1))
        for mesh in (Mesh(QUAD, TWO, FACING, UPRIGHT, tangents=tangents), Mesh(QUAD, TWO, tangents=tangents)):
            made = add_tangents(mesh).tangents
            assert made is not None
            assert made.tolist() == [[0, 1, 0, np.sign(sign)]] * 4


def test_vertices_between_mirrored_and_plain_are_split() -> None:
    folded = UPRIGHT.copy()
    folded[3] = (1, 1)  # the second triangle's UVs are mirrored onto the first one's
    made = add_tangents(Mesh(QUAD, TWO, FACING, folded))
    assert len(made.positions) == 6
    assert made.tangents is not None
    assert {float(sign) for sign in made.tangents[made.triangles[0], 3]} == {1}
    assert {float(sign) for sign in made.tangents[made.triangles[1], 3]} == {-1}
    assert (made.positions[made.triangles] == QUAD[TWO]).all()


def test_perpendicular_to_normals_and_unit(make_sphere: Callable[..., Mesh]) -> None:
    made = add_tangents(make_sphere(24))
    assert made.tangents is not None
    assert made.normals is not None
    assert np.abs(np.einsum("ij,ij->i", made.tangents[:, :3], made.normals)).max() < 1e-6
    assert np.abs(np.linalg.norm(made.tangents[:, :3], axis=1) - 1).max() < 1e-6


def test_nothing_without_uvs(make_sphere: Callable[..., Mesh]) -> None:
    bare = replace(make_sphere(8), uvs=None)
    assert add_tangents(bare) is bare


def test_close_to_those_an_artist_exported(shared_models: Path) -> None:
    mesh = read_glb((shared_models / "modern_armchair.glb").read_bytes()).meshes[0]
    assert mesh.tangents is not None
    made = add_tangents(replace(mesh, tangents=None))
    assert made.tangents is not None
    ours = made.tangents[: len(mesh.positions)]
    agree = np.einsum("ij,ij->i", ours[:, :3], mesh.tangents[:, :3])
    assert np.mean(agree > 0.95) > 0.9
    assert np.mean(ours[:, 3] == mesh.tangents[:, 3]) > 0.97
