from __future__ import annotations

import numpy as np

from vitrine.arrays import row_dot


def test_each_row_is_multiplied_with_its_own_row() -> None:
    a, b = np.array([[1, 2, 3], [0, 1, 0]], np.float32), np.array([[4, 5, 6], [7, 8, 9]], np.float32)
    assert row_dot(a, b).tolist() == [32, 8]
    assert row_dot(a, b).dtype == np.float32
