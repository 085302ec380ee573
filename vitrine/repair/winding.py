"""Unify the winding of triangles, so that all of them face outward."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vitrine.arrays import Bools, Indices, Ints, row_dot
from vitrine.compiled import kernels
from vitrine.geometry.normals import area_weighted_normals, sum_at_vertices, vertex_normals
from vitrine.geometry.weld import PositionRemap, weld_positions
from vitrine.gltf.model import Mesh

MAX_OPEN_SHARE = 0.02
"""A part with a larger share of boundary edges is no closed surface and has no inside; the winding of most of
its area decides which way it faces."""


@dataclass(frozen=True, slots=True)
class _Adjacency:
    """Pairs of triangles that share an edge which no third triangle has."""

    one: Ints
    other: Ints
    consistent: Bools
    """Whether the two run along the edge in opposite directions, as triangles that face one way do"""
    boundary: Ints
    """The triangle at each edge that belongs to one triangle only"""


def unify_winding(
    mesh: Mesh, remap: PositionRemap | None = None, *, keep_inside_out: bool = False
) -> tuple[Mesh, int]:
    """Return a copy with consistent winding, and how many triangles were flipped.

    Within a part the winding of the larger area wins; a closed part with a negative volume is flipped as a
    whole, unless `keep_inside_out` is set. A part that cannot be oriented, such as a Möbius strip, is
    left as it is. Normals of flipped triangles are reversed where they need it, and computed anew between
    flipped and other triangles. `remap` is the mesh's own, where it is known.
    """
    if not len(mesh.triangles):
        return mesh, 0
    remap = remap or weld_positions(mesh.positions)
    adjacency = _adjacency(remap.indices[mesh.triangles], remap.count)
    part, flipped = _orient(adjacency, len(mesh.triangles))
    flipped = _keep_larger_area(part, flipped, mesh)
    if not keep_inside_out:
        flipped ^= _inside_out(mesh, part, flipped, adjacency)[part]
    count = int(np.count_nonzero(flipped))
    if not count:
        return mesh, 0
    triangles = mesh.triangles.copy()
    triangles[flipped] = triangles[flipped][:, ::-1]
    unified = replace(mesh, triangles=triangles)
    return (unified if mesh.normals is None else _flip_normals(unified, flipped, remap)), count


def _flip_normals(mesh: Mesh, flipped: Bools, remap: PositionRemap) -> Mesh:
    """Reverse the normals that point against all of their flipped triangles."""
    assert mesh.normals is not None
    count = len(mesh.positions)
    used, kept = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    used[mesh.triangles[flipped]] = True
    kept[mesh.triangles[~flipped]] = True
    around = sum_at_vertices(area_weighted_normals(mesh.positions, mesh.triangles), mesh.triangles, count)
    against = used & ~kept & (row_dot(around, mesh.normals) < 0)
    normals = np.where(against[:, None], -mesh.normals, mesh.normals)
    both = np.flatnonzero(used & kept)
    if len(both):
        normals[both] = vertex_normals(mesh, remap)[both]
    return replace(mesh, normals=normals)


def _adjacency(triangles: Indices, count: int) -> _Adjacency:
    """Pair welded triangles, (m, 3) uint32 below `count`, along their edges."""
    start = triangles.reshape(-1)
    order, first = kernels.sort_half_edges(triangles, count)
    size = np.diff(first, append=len(order))
    pair = first[size == 2]
    a, b = order[pair], order[pair + 1]
    boundary = order[first[size == 1]]
    return _Adjacency(a // 3, b // 3, start[a] != start[b], boundary // 3)


def _orient(adjacency: _Adjacency, count: int) -> tuple[Ints, Bools]:
    """Return each triangle's part, (m,), and whether flipping it makes its part consistent, (m,) bool.

    The graph has two nodes for each triangle, one as it is and one flipped; edges join consistent nodes.
    """
    if bool(adjacency.consistent.all()):
        part, _ = kernels.connected_components(count, adjacency.one, adjacency.other)
        return part, np.zeros(count, np.bool_)
    cross = np.where(adjacency.consistent, 0, count)
    rows = np.concatenate([adjacency.one, adjacency.one + count])
    columns = np.concatenate([adjacency.other + cross, adjacency.other + count - cross])
    label, _ = kernels.connected_components(2 * count, rows, columns)
    as_it_is, flipped = label[:count], label[count:]
    _, part = np.unique(np.minimum(as_it_is, flipped), return_inverse=True)
    # Where both nodes of a triangle are connected, the part cannot be oriented, and nothing is flipped.
    return part, as_it_is > flipped


def _keep_larger_area(part: Ints, flipped: Bools, mesh: Mesh) -> Bools:
    """In each part, flip the other triangles instead where that flips less area."""
    if not bool(flipped.any()):
        return flipped
    area = np.linalg.norm(area_weighted_normals(mesh.positions, mesh.triangles), axis=1)
    balance = np.bincount(part, np.where(flipped, area, -area))
    return np.asarray(flipped ^ (balance > 0)[part])


def _inside_out(mesh: Mesh, part: Ints, flipped: Bools, adjacency: _Adjacency) -> Bools:
    """Return whether each part is closed and has a negative volume by the divergence theorem, (parts,)."""
    size = np.bincount(part)
    volume = kernels.part_volumes(mesh.positions, mesh.triangles, part, flipped, len(size))
    is_open = np.bincount(part[adjacency.boundary], minlength=len(size)) > MAX_OPEN_SHARE * 3 * size
    return np.asarray((volume < 0) & ~is_open)
