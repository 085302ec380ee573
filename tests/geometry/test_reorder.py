from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vitrine.geometry.reorder import reorder
from vitrine.gltf import Mesh, Model


def corners(mesh: Mesh) -> list[list[float]]:
    """Each triangle's corners in a fixed order, so that equal surfaces have equal lists."""
    triangles = mesh.positions[mesh.triangles]
    flat = [np.roll(t, -int(np.lexsort(t.T)[0]), axis=0).reshape(-1).tolist() for t in triangles]
    return sorted(flat)


@pytest.mark.parametrize("compact", [True, False])
def test_the_same_triangles_in_another_order_and_vertices_in_order_of_use(
    make_sphere: Callable[..., Mesh], compact: bool
) -> None:
    ball = make_sphere(8)
    (mesh,) = reorder(Model((ball,)), compact=compact).meshes
    assert corners(mesh) == corners(ball)
    assert (mesh.triangles != ball.triangles[: len(mesh.triangles)]).any()
    # Vertices are numbered as triangles first use them; the two that none uses are gone.
    _, first = np.unique(mesh.triangles.reshape(-1), return_index=True)
    assert (np.diff(first) > 0).all()
    assert len(mesh.positions) == len(ball.positions) - 2
