"""Rules about the transform of a node (glTF 2.0 section 3.5.3)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vitrine.gltf.validation.rows import Cursor, Rows

QUATERNION_TOLERANCE = 0.00769
"""Somewhat more than the largest error of a quaternion in signed 8-bit integers."""
COMPOSED_TOLERANCE = 0.00005
Matrices = npt.NDArray[np.float64]


def check_nodes(rows: Rows, cursor: Cursor) -> None:
    """Check rotations, matrices, and what needs a mesh."""
    _check_rotations(rows, cursor)
    _check_matrices(rows, cursor)
    for name, absent in (("skin", -1), ("weights", None)):
        for cursor.row, value in enumerate(rows.values[name]):
            if value != absent and rows.values["mesh"][cursor.row] == -1:
                cursor.add("UNSATISFIED_DEPENDENCY", name, values=("mesh",))


def _check_rotations(rows: Rows, cursor: Cursor) -> None:
    numbers = [row for row, value in enumerate(rows.values["rotation"]) if value is not None]
    if not numbers:
        return
    rotations = np.array([rows.values["rotation"][row] for row in numbers], np.float64)
    lengths = np.sqrt((_single(rotations) ** 2).sum(axis=1))
    for wrong in np.flatnonzero(np.abs(1 - lengths) > QUATERNION_TOLERANCE).tolist():
        cursor.row = numbers[wrong]
        cursor.add("ROTATION_NON_UNIT", "rotation")


def _check_matrices(rows: Rows, cursor: Cursor) -> None:
    numbers = [row for row, value in enumerate(rows.values["matrix"]) if value is not None]
    if not numbers:
        return
    with np.errstate(all="ignore"):
        matrices = _single(np.array([rows.values["matrix"][row] for row in numbers], np.float64))
        identity = (matrices == np.eye(4).ravel()).all(axis=1)
        valid = _are_transforms(matrices)
    for number, cursor.row in enumerate(numbers):
        if any(rows.values[name][cursor.row] is not None for name in ("translation", "rotation", "scale")):
            cursor.add("NODE_MATRIX_TRS", "matrix")
        if identity[number]:
            cursor.add("NODE_MATRIX_DEFAULT", "matrix")
        elif not valid[number]:
            cursor.add("NODE_MATRIX_NON_TRS", "matrix")


def _are_transforms(matrices: Matrices) -> npt.NDArray[np.bool_]:
    """Whether column-major matrices (n, 16) are a translation times a rotation times a scale.

    Each is decomposed into these and composed again in float32; the largest sum of magnitudes of a column may
    differ by `COMPOSED_TOLERANCE`. Khronos' validator measures in this way.
    """
    columns = matrices.reshape(-1, 4, 4)[:, :3, :3]
    x, y, z = columns.transpose(1, 0, 2)
    determinant = (x * np.cross(y, z)).sum(axis=1)
    affine = (matrices[:, [3, 7, 11]] == 0).all(axis=1) & (matrices[:, 15] == 1) & (determinant != 0)
    scale = np.sqrt((columns**2).sum(axis=2))
    scale[determinant < 0, 0] *= -1
    quaternions = _quaternions(_single(columns * (1 / scale)[:, :, None]))
    composed = _single(_single(_rotations(quaternions)) * scale[:, :, None])
    translation = np.abs(matrices[:, 12:15]).sum(axis=1) + 1
    original = np.maximum(np.abs(columns).sum(axis=2).max(axis=1), translation)
    again = np.maximum(np.abs(composed).sum(axis=2).max(axis=1), translation)
    close: npt.NDArray[np.bool_] = affine & (np.abs(again - original) < COMPOSED_TOLERANCE)
    return close


def _single(values: Matrices) -> Matrices:
    """Round float64 to float32."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32).astype(np.float64)


def _quaternions(m: Matrices) -> Matrices:
    """Return (n, 4) quaternions x, y, z, w of rotations (n, 3, 3), whose rows are images of the axes.

    Shepperd's method: it divides by the largest of the four components (Shepperd, "Quaternion from Rotation
    Matrix", 1978).
    """
    diagonal = np.einsum("nii->ni", m)
    trace = diagonal.sum(axis=1)
    result = np.empty((len(m), 4))
    root = np.sqrt(trace + 1)
    for axis in range(3):
        after, last = (axis + 1) % 3, (axis + 2) % 3
        result[:, axis] = (m[:, after, last] - m[:, last, after]) * (0.5 / root)
    result[:, 3] = root * 0.5
    largest = np.where(
        diagonal[:, 0] < diagonal[:, 1],
        np.where(diagonal[:, 1] < diagonal[:, 2], 2, 1),
        np.where(diagonal[:, 0] < diagonal[:, 2], 2, 0),
    )
    for axis in range(3):
        rows = np.flatnonzero(~(trace > 0) & (largest == axis))
        after, last = (axis + 1) % 3, (axis + 2) % 3
        part = m[rows]
        root = np.sqrt(part[:, axis, axis] - part[:, after, after] - part[:, last, last] + 1)
        result[rows, axis] = root * 0.5
        result[rows, 3] = (part[:, after, last] - part[:, last, after]) * (0.5 / root)
        result[rows, after] = (part[:, axis, after] + part[:, after, axis]) * (0.5 / root)
        result[rows, last] = (part[:, axis, last] + part[:, last, axis]) * (0.5 / root)
    return _single(result)


def _rotations(q: Matrices) -> Matrices:
    """Return rotations (n, 3, 3), whose rows are images of the axes, of quaternions (n, 4)."""
    x, y, z, w = q.T
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w)),
        (2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w)),
        (2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y)),
    )
    return np.array(rows).transpose(2, 0, 1)
