"""Vertices whose attributes are NaN or infinite: repaired where the rest of the mesh tells how."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Bools, Floats, Indices
from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.gltf.reader.accessors import is_finite
from vitrine.gltf.reader.buffers import ReaderContext
from vitrine.plain_text import count_of

MAX_INFINITE_SHARE = 0.01
"""A model that lost more of its vertices is not the model any more."""


def drop_infinite_positions(
    context: ReaderContext, positions: Floats, triangles: Indices, where: str
) -> tuple[Floats, Indices]:
    """Drop the triangles with a vertex that is nowhere, with a finding.

    Parameters
    ----------
    positions : (n, 3) float32
    triangles : (m, 3) uint32

    Returns
    -------
    (n, 3) float32, finite: a vertex that no triangle uses any more gets the position of another
    (k, 3) uint32

    Raises
    ------
    ModelError
        When more than `MAX_INFINITE_SHARE` of the vertices are nowhere.
    """
    if is_finite(positions):
        return positions, triangles
    bad = _infinite_rows(positions)
    if bad.sum() > MAX_INFINITE_SHARE * len(bad):
        first = int(np.flatnonzero(bad)[0])
        raise ModelError(
            f"{where} is not finite at {bad.sum()} of {len(bad)} elements, first at element {first}"
        )
    kept = triangles[~bad[triangles].any(axis=1)]
    dropped = len(triangles) - len(kept)
    _report(context, bad, f"{count_of(dropped, 'triangle')} of theirs dropped", where)
    repaired = positions.copy()
    repaired[bad] = positions[~bad][0] if not bad.all() else 0
    return repaired, kept


def repair_infinite_rows(context: ReaderContext, values: Floats, triangles: Indices, where: str) -> Floats:
    """Replace NaN and infinite rows of an attribute by the mean of the vertices around, with a finding.

    Rows without a finite neighbour become zero, which for normals and tangents means that they are unknown.

    Parameters
    ----------
    values : (n, k) float32
    triangles : (m, 3) uint32

    Returns
    -------
    (n, k) float32
    """
    if is_finite(values):
        return values
    bad = _infinite_rows(values)
    _report(context, bad, "they get the mean of the vertices around them", where)
    repaired = np.where(bad[:, None], np.float32(0), values)
    total = np.zeros(values.shape, np.float64)
    count = np.zeros(len(values), np.int64)
    around = triangles[bad[triangles].any(axis=1)]
    for corner in range(3):
        for other in (around[:, (corner + 1) % 3], around[:, (corner + 2) % 3]):
            finite = ~bad[other]
            np.add.at(total, around[finite, corner], repaired[other[finite]])
            np.add.at(count, around[finite, corner], 1)
    known = bad & (count > 0)
    repaired[known] = total[known] / count[known, None]
    return repaired


def _infinite_rows(values: Floats) -> Bools:
    """(n,) bool, which rows of (n, k) float32 hold NaN or infinity."""
    return np.asarray(~np.isfinite(values).all(axis=1), np.bool_)


def _report(context: ReaderContext, bad: Bools, what: str, where: str) -> None:
    number = int(bad.sum())
    message = f"{where}: {number} of {len(bad)} elements are NaN or infinite: {what}"
    context.report(finding("VALUES_REPAIRED", message, pointer=f"/{where}", measured=number))
