"""Floats -> integers on an even grid (KHR_mesh_quantization)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Floats, column_bounds
from vitrine.gltf.model import Mesh


@dataclass(frozen=True, slots=True)
class QuantizationBits:
    """Bits a component of each attribute is stored with; the defaults are those of `WebOptions`."""

    position: int
    normal: int
    uv: int


@dataclass(frozen=True, slots=True)
class QuantizationGrid:
    """Integers 0 to 2^bits - 1 over a box: `value = low + step * integer`."""

    low: npt.NDArray[np.float64]
    """(k,) float64"""
    step: npt.NDArray[np.float64]
    """(k,) float64"""
    bits: int

    def quantize(self, values: Floats) -> npt.NDArray[np.uint16]:
        """(n, k) float32 -> (n, k) uint16, the nearest integer of each value."""
        scaled = (values - self.low.astype(np.float32)) * (1 / self.step).astype(np.float32)
        np.rint(scaled, out=scaled)
        return np.clip(scaled, 0, 2**self.bits - 1).astype(np.uint16)


def position_grid(low: Floats, high: Floats, bits: int) -> QuantizationGrid:
    """The grid over a box from `low` to `high`, (3,) float32 each.

    It has one step for all axes: an even scale leaves normals unchanged.
    """
    step = max(float((high - low).max()), 1e-9) / (2**bits - 1)
    return QuantizationGrid(low.astype(np.float64), np.full(3, step), bits)


def uv_grid(meshes: list[Mesh], bits: int) -> QuantizationGrid | None:
    """The grid over the UVs of `meshes`: 0 to 1 where they fit, else their own box; None without UVs.

    A box of several tiles gets more bits, up to 16, so that its step is as fine as within one tile.
    """
    uvs = [mesh.uvs for mesh in meshes if mesh.uvs is not None and len(mesh.uvs)]
    if not uvs:
        return None
    bounds = [column_bounds(each) for each in uvs]
    low = np.minimum(np.min([least for least, _ in bounds], axis=0), 0).astype(np.float64)
    high = np.maximum(np.max([most for _, most in bounds], axis=0), 1).astype(np.float64)
    bits = min(16, bits + int(np.ceil(np.log2(float((high - low).max())))))
    return QuantizationGrid(low, (high - low) / (2**bits - 1), bits)
