"""Quaternions -> rotation matrices."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vitrine.errors import ModelError


def rotation_matrices(quaternions: npt.NDArray[np.float64], where: str) -> npt.NDArray[np.float64]:
    """Return (n, 3, 3) float64 for (n, 4) quaternions xyzw, which are brought to unit length.

    Raises `ModelError` for a quaternion of zeros.
    """
    length = np.sqrt((quaternions * quaternions).sum(axis=1))
    if bool((length == 0).any()):
        raise ModelError(f"{where} is zero")
    x, y, z, w = (quaternions / length[:, None]).T
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return np.array(rows).transpose(2, 0, 1)
