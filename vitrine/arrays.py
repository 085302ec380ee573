"""Names for the arrays that pictures are made of; shapes and precision are in each docstring."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
"""float32 wherever there is one entry a ray or a pixel"""
Numbers = npt.NDArray[np.integer[Any]]
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
