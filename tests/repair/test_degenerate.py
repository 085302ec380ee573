from __future__ import annotations

import numpy as np
import pytest

from vitrine.gltf import Mesh
from vitrine.repair.degenerate import remove_degenerate_triangles

SQUARE = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 0]], np.float32)


@pytest.mark.parametrize(
    ("triangles", "kept"),
    [
        ([[0, 1, 2], [0, 2, 3]], [0, 1]),
        ([[0, 1, 1], [0, 2, 3]], [1]),
        ([[0, 1, 4], [0, 2, 3]], [1]),  # 0 and 4 are two vertices at one position
        ([[0, 1, 2], [1, 2, 0]], [0]),
        ([[0, 1, 2], [1, 2, 4]], [0]),
        ([[0, 1, 2], [2, 1, 0]], [0, 1]),  # the back of a sheet
        ([[0, 0, 0]], []),
        ([], []),
    ],
)
def test_what_goes_and_what_stays(triangles: list[list[int]], kept: list[int]) -> None:
    mesh = Mesh(SQUARE, np.array(triangles, np.uint32).reshape(-1, 3))
    got, dropped = remove_degenerate_triangles(mesh)
    assert got.triangles.tolist() == [triangles[k] for k in kept]
    assert dropped == len(triangles) - len(kept)
    assert len(mesh.triangles) == len(triangles)
