from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from vitrine.codecs import meshopt
from vitrine.gltf import Mesh

Make = Callable[..., Mesh]


def flat(mesh: Mesh) -> Any:
    return mesh.triangles.reshape(-1)


def test_simplify_meets_the_target_and_measures_its_error(make_sphere: Make) -> None:
    ball = make_sphere(32)
    left, error = meshopt.simplify(flat(ball), ball.positions, target=500)
    assert len(left) == 3 * 500
    assert int(left.max()) < len(ball.positions)
    # 500 triangles on a unit sphere sag by half a percent of its diameter; the estimate is cautious.
    assert 0.003 < error < 0.02
    used = ball.positions[np.unique(left)]
    assert np.abs(np.linalg.norm(used, axis=1) - 1).max() < 1e-6


def test_simplify_stops_at_the_error(make_sphere: Make) -> None:
    ball = make_sphere(32)
    left, error = meshopt.simplify(flat(ball), ball.positions, target=0, max_error=1e-3)
    assert error <= 1e-3
    assert 300 < len(left) // 3 < len(ball.triangles)


def test_attributes_hold_back_what_places_alone_would_collapse() -> None:
    steps = np.arange(33, dtype=np.float32)
    x, y = np.meshgrid(steps, steps)
    plane = np.stack([x, y, 0 * x], -1).reshape(-1, 3)
    grid = np.arange(33 * 33, dtype=np.uint32).reshape(33, 33)
    a, b, c, d = grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]
    triangles = np.concatenate([np.stack([a, b, c], -1), np.stack([a, c, d], -1)]).reshape(-1)
    # A sharp step of colour along x = 16.
    color = (plane[:, :1] >= 16).astype(np.float32)
    weight = np.ones(1, np.float32)
    plain, _ = meshopt.simplify(triangles, plane, target=64)
    heeded, _ = meshopt.simplify(triangles, plane, target=64, attributes=color, weights=weight)

    def straddling(indices: Any) -> float:
        across = color[indices.reshape(-1, 3), 0]
        corners = plane[indices.reshape(-1, 3)]
        area = np.abs(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])[:, 2]) / 2
        return float(area[across.min(axis=1) != across.max(axis=1)].sum())

    assert straddling(heeded) < 0.3 * straddling(plain)


def test_locked_vertices_stay(make_sphere: Make) -> None:
    ball = make_sphere(16)
    locked = (ball.positions[:, 1] > 0.5).astype(np.uint8)
    left, _ = meshopt.simplify(flat(ball), ball.positions, target=10, locked=locked)
    used_before, used_after = np.unique(ball.triangles), np.unique(left)
    must = used_before[locked[used_before] == 1]
    assert np.isin(must, used_after).all()


def test_the_scale_is_the_largest_extent(make_sphere: Make) -> None:
    assert meshopt.simplify_scale(make_sphere(16, radius=3).positions) == pytest.approx(6, rel=1e-3)
    assert meshopt.simplify_scale(np.zeros((0, 3), np.float32)) == 0


@pytest.mark.parametrize("compact", [True, False])
def test_orders_keep_the_triangles(make_sphere: Make, compact: bool) -> None:
    ball = make_sphere(12)
    ordered = meshopt.optimize_vertex_cache(flat(ball), len(ball.positions), compact=compact)
    ordered = meshopt.optimize_overdraw(ordered, ball.positions)
    fetched, old = meshopt.optimize_vertex_fetch(ordered, len(ball.positions))
    assert (old[fetched] == ordered).all()
    assert np.unique(fetched).tolist() == list(range(len(old)))
    assert fetched[0] == 0

    def as_set(indices: Any) -> set[tuple[int, ...]]:
        rolled = [tuple(np.roll(t, -int(t.argmin())).tolist()) for t in indices.reshape(-1, 3)]
        return set(rolled)

    assert as_set(ordered) == as_set(flat(ball))


def test_rows_with_the_same_bytes_are_one_class() -> None:
    rows = np.array([[1, 2], [3, 4], [1, 2], [5, 6]], np.float32)
    classes, count = meshopt.generate_vertex_remap(rows)
    assert classes.tolist() == [0, 1, 0, 2]
    assert count == 3


def test_nothing_is_a_mesh_too() -> None:
    none, points = np.zeros(0, np.uint32), np.zeros((0, 3), np.float32)
    assert meshopt.simplify(none, points, target=0)[0].tolist() == []
    assert meshopt.optimize_vertex_cache(none, 0).tolist() == []
    assert meshopt.optimize_vertex_fetch(none, 0)[1].tolist() == []
    assert meshopt.generate_vertex_remap(points) == (pytest.approx([]), 0)


INDICES = np.array([0, 1, 2], np.uint32)
POINTS = np.eye(3, dtype=np.float32)


@pytest.mark.parametrize(
    ("indices", "positions", "options", "error"),
    [
        (INDICES.astype(np.int64), POINTS, {}, "indices is int64"),
        (INDICES + np.uint32(1), POINTS, {}, "refer to vertex 3, there are 3"),
        (INDICES[:2], POINTS, {}, "not a multiple of three"),
        (INDICES.reshape(1, 3), POINTS, {}, "2 dimensions"),
        (np.arange(6, dtype=np.uint32)[::2], POINTS, {}, "not C-contiguous|reach"),
        ([0, 1, 2], POINTS, {}, "a list"),
        (INDICES, POINTS.astype(np.float64), {}, "positions is float64"),
        (INDICES, POINTS[:, :2].copy(), {}, "2 columns"),
        (INDICES, POINTS.T, {}, "C-contiguous"),
        (INDICES, POINTS * np.float32(np.nan), {}, "not finite"),
        (INDICES, np.full((3, 3), np.inf, np.float32), {}, "not finite"),
        (INDICES, POINTS.astype(">f4"), {}, "positions is >f4"),
        (INDICES, POINTS, {"target": 2}, "target is 2, not 0 to 1"),
        (INDICES, POINTS, {"target": -1}, "target is -1"),
        (INDICES, POINTS, {"target": 0.5}, "not an integer"),
        (INDICES, POINTS, {"max_error": float("nan")}, "max_error"),
        (INDICES, POINTS, {"options": 1024}, "options is 1024"),
        (INDICES, POINTS, {"locked": np.zeros(2, np.uint8)}, "2 entries for 3"),
        (INDICES, POINTS, {"locked": np.zeros(3, bool)}, "locked is bool"),
        (INDICES, POINTS, {"attributes": POINTS}, "need weights"),
        (INDICES, POINTS, {"attributes": POINTS, "weights": np.ones(2, np.float32)}, "2 weights for 3"),
        (INDICES, POINTS, {"attributes": POINTS[:2], "weights": np.ones(3, np.float32)}, "2 rows for 3"),
        (INDICES, POINTS, {"attributes": POINTS, "weights": -np.ones(3, np.float32)}, "between 0"),
        (
            INDICES,
            POINTS,
            {"attributes": np.zeros((3, 33), np.float32), "weights": np.ones(33, np.float32)},
            "33, not 0 to 32",
        ),
    ],
)
def test_what_the_library_would_crash_on_never_reaches_it(
    indices: Any, positions: Any, options: dict[str, Any], error: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=error):
        meshopt.simplify(indices, positions, **{"target": 0, **options})
