"""Names for the arrays that the engine's steps hand each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
"""float32 wherever the size counts"""
Ints = npt.NDArray[np.integer[Any]]
Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
"""Rec. 601 weights of red, green, blue"""
