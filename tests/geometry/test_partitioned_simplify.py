from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vitrine.geometry.join import join
from vitrine.geometry.partitioned_simplify import (
    MIN_KEPT_TRIANGLES,
    MIN_SOURCE_TRIANGLES,
    SURPLUS,
    start_partitioned_simplify,
)
from vitrine.geometry.simplify import simplify
from vitrine.gltf import Mesh, Model
from vitrine.threads import InlineExecutor

Make = Callable[..., Mesh]


def test_small_models_and_near_targets_are_not_partitioned(make_sphere: Make) -> None:
    ball = join(Model((make_sphere(100),)))
    assert len(ball.triangles) < MIN_SOURCE_TRIANGLES
    assert start_partitioned_simplify(ball, 1000, InlineExecutor()) is None
    large = join(Model((make_sphere(230),)))
    assert start_partitioned_simplify(large, len(large.triangles) // 2, InlineExecutor()) is None


def test_the_partitions_fit_together_and_what_follows_is_closed_and_round(make_sphere: Make) -> None:
    ball = join(Model((make_sphere(230),)))
    partitioned = start_partitioned_simplify(ball, 20_000, InlineExecutor())
    assert partitioned is not None
    both, error = partitioned.result()
    # The border would take too large a share of as few as the target.
    assert abs(len(both) - MIN_KEPT_TRIANGLES * SURPLUS) < 200
    assert 0 < error < 1e-3
    for triangles in (both, simplify(ball, both, 20_000).triangles):
        corners = ball.positions[triangles].reshape(-1, 3)
        numbers = np.unique(corners.round(6), axis=0, return_inverse=True)[1].reshape(-1, 3)
        edges = numbers[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
        directed = np.unique(edges[:, 0].astype(np.int64) * 10**7 + edges[:, 1])
        other_way = np.unique(edges[:, 1].astype(np.int64) * 10**7 + edges[:, 0])
        assert (directed == other_way).all()
    assert 19_990 < len(triangles) <= 20_000
