"""Triangles that face the wrong way."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from vitrine.arrays import Indices, row_dot
from vitrine.geometry.normals import area_weighted_normals, sum_at_vertices, vertex_normals
from vitrine.geometry.weld import weld_positions
from vitrine.gltf.model import Mesh

OPEN_SHARE = 0.02
"""A part with more of its edges open than this has no inside; its majority decides which way it faces."""


@dataclass(frozen=True, slots=True)
class _Links:
    """Pairs of triangles that share an edge between just the two of them."""

    one: npt.NDArray[np.int64]
    other: npt.NDArray[np.int64]
    agree: npt.NDArray[np.bool_]
    """They run along the edge in opposite directions, as neighbours that face one way do"""
    open_edges: npt.NDArray[np.int64]
    """Triangles at an edge that no other triangle shares, once for each edge"""


def unify_winding(mesh: Mesh) -> tuple[Mesh, int]:
    """A copy in which neighbours face the same way and closed parts face outward, and how many were turned.

    Within a part the fewer triangles are turned to the more; a closed part whose volume comes out negative is
    turned whole. Parts that cannot be oriented (a Möbius strip) are left. Normals turn along, and are
    computed anew between turned and unturned triangles.
    """
    if not len(mesh.triangles):
        return mesh, 0
    places, count = weld_positions(mesh.positions)
    links = _links(places[mesh.triangles], count)
    part, turned = _two_colour(links, len(mesh.triangles))
    turned = _to_the_majority(part, turned, mesh)
    turned ^= _inside_out(mesh, part, turned, links)[part]
    number = int(np.count_nonzero(turned))
    if not number:
        return mesh, 0
    triangles = mesh.triangles.copy()
    triangles[turned] = triangles[turned][:, ::-1]
    fixed = replace(mesh, triangles=triangles)
    return (fixed if mesh.normals is None else _with_normals(fixed, turned)), number


def _with_normals(mesh: Mesh, turned: npt.NDArray[np.bool_]) -> Mesh:
    """Normals that go with the turned triangles: reversed where they face against all triangles around."""
    assert mesh.normals is not None
    count = len(mesh.positions)
    used, kept = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    used[mesh.triangles[turned]] = True
    kept[mesh.triangles[~turned]] = True
    around = sum_at_vertices(area_weighted_normals(mesh.positions, mesh.triangles), mesh.triangles, count)
    against = used & ~kept & (row_dot(around, mesh.normals) < 0)
    normals = np.where(against[:, None], -mesh.normals, mesh.normals)
    torn = np.flatnonzero(used & kept)
    if len(torn):
        normals[torn] = vertex_normals(mesh)[torn]
    return replace(mesh, normals=normals)


def _links(corners: Indices, count: int) -> _Links:
    start = corners.reshape(-1).astype(np.int64)
    end = corners[:, [1, 2, 0]].reshape(-1).astype(np.int64)
    key = np.minimum(start, end) * count + np.maximum(start, end)
    order = np.argsort(key)
    ordered = key[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    size = np.diff(np.concatenate([first, [len(ordered)]]))
    pair = first[size == 2]
    a, b = order[pair], order[pair + 1]
    single = order[first[size == 1]]
    return _Links(a // 3, b // 3, start[a] != start[b], single // 3)


def _two_colour(links: _Links, count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """(m,) part of each triangle, and whether it must turn for its part to agree.

    Each triangle stands twice in a graph, as it is and turned; links join the copies that agree.
    """
    if bool(links.agree.all()):
        graph = coo_array((np.ones(len(links.one), np.bool_), (links.one, links.other)), shape=(count, count))
        _, part = connected_components(graph, directed=False)
        return part.astype(np.int64), np.zeros(count, np.bool_)
    cross = np.where(links.agree, 0, count)
    rows = np.concatenate([links.one, links.one + count])
    columns = np.concatenate([links.other + cross, links.other + count - cross])
    graph = coo_array((np.ones(len(rows), np.bool_), (rows, columns)), shape=(2 * count, 2 * count))
    _, label = connected_components(graph, directed=False)
    upright, turned = label[:count], label[count:]
    _, part = np.unique(np.minimum(upright, turned), return_inverse=True)
    # Where both copies hang together the surface has one side only, and nothing is turned.
    return part.astype(np.int64), upright > turned


def _to_the_majority(
    part: npt.NDArray[np.int64], turned: npt.NDArray[np.bool_], mesh: Mesh
) -> npt.NDArray[np.bool_]:
    if not bool(turned.any()):
        return turned
    area = np.linalg.norm(area_weighted_normals(mesh.positions, mesh.triangles), axis=1)
    balance = np.bincount(part, np.where(turned, area, -area))
    return np.asarray(turned ^ (balance > 0)[part])


def _inside_out(
    mesh: Mesh, part: npt.NDArray[np.int64], turned: npt.NDArray[np.bool_], links: _Links
) -> npt.NDArray[np.bool_]:
    """(parts,) whether it is closed and its volume, by the divergence theorem, is negative."""
    corners = mesh.positions[mesh.triangles].astype(np.float64)
    size = np.bincount(part)
    center = np.stack([np.bincount(part, corners[:, :, k].mean(axis=1)) / size for k in range(3)], axis=1)
    corners -= center[part][:, None]
    volume = row_dot(corners[:, 0], np.cross(corners[:, 1], corners[:, 2]))
    total = np.bincount(part, np.where(turned, -volume, volume))
    is_open = np.bincount(part[links.open_edges], minlength=len(size)) > OPEN_SHARE * 3 * size
    return np.asarray((total < 0) & ~is_open)
