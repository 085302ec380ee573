"""Array types of the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
"""float32 for every array that grows with the photo, the mesh or the texture."""
Ints = npt.NDArray[np.integer[Any]]
Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
"""(3,) float32, Rec. 601 luma weights of red, green and blue."""
