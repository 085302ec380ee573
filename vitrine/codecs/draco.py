"""Draco's mesh encoder and decoder, as KHR_draco_mesh_compression has them, by the DracoPy package.

The package is optional (`pip install vitrine[draco]`), so it is imported by the calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Bytes, Floats, Indices
from vitrine.errors import ConfigError

LEVEL = 7
"""Compression level, 0 to 10: the default of Draco's own encoder."""
SEMANTICS = {0: "POSITION", 1: "NORMAL", 2: "COLOR", 3: "TEX_COORD", 4: "GENERIC"}
"""Draco's `GeometryAttribute::Type`."""


HEADER_BYTES = 11
TRIANGULAR_MESH, SEQUENTIAL, METADATA = 1, 0, 0x8000


@dataclass(frozen=True, slots=True)
class DracoAttribute:
    """One attribute of a decoded mesh."""

    unique_id: int
    semantic: str
    """One of `SEMANTICS`"""
    values: npt.NDArray[Any]
    """(n, k) in the type that Draco stores"""


@dataclass(frozen=True, slots=True)
class DracoMesh:
    """A decoded mesh."""

    triangles: Indices
    """(m, 3) uint32"""
    attributes: tuple[DracoAttribute, ...]


def draco_counts(data: bytes) -> tuple[int, int]:
    """Return how many triangles and points a compressed mesh says it has; zeros if it is broken.

    They follow the header (Draco bitstream specification 2.2, sections 3 and 4): the sequential encoding has
    both, the edgebreaker encoding its vertices and triangles.
    """
    if len(data) < HEADER_BYTES or data[:5] != b"DRACO" or data[7] != TRIANGULAR_MESH:
        return 0, 0
    version = (data[5], data[6])
    at = HEADER_BYTES
    if int.from_bytes(data[9:11], "little") & METADATA:
        return 0, 0  # where the counts are is not known before the metadata is parsed
    if data[8] == SEQUENTIAL:
        faces, at = _count(data, at, version)
        return faces, _count(data, at, version)[0]
    at += 1  # traversal type
    if version < (2, 2):
        at = _count(data, at, version)[1]
    points, at = _count(data, at, version)
    return _count(data, at, version)[0], points


def _count(data: bytes, at: int, version: tuple[int, int]) -> tuple[int, int]:
    """Read a count, and where the next value starts: 32 bits before version 2.2, LEB128 since."""
    if version < (2, 2):
        return int.from_bytes(data[at : at + 4], "little"), at + 4
    value = 0
    for shift in range(0, 35, 7):
        byte = data[at] if at < len(data) else 0
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            break
    return value, at


def decode_draco(data: bytes) -> DracoMesh:
    """Decode one compressed mesh.

    Raises `ConfigError` without the DracoPy package, `ValueError` when the data cannot be decoded.
    """
    draco = _package()
    try:
        mesh = draco.decode(data)
    except Exception as error:  # whatever the C++ decoder raises for bad bytes
        raise ValueError(str(error)) from error
    faces = np.ascontiguousarray(getattr(mesh, "faces", np.empty((0, 3))), np.uint32)
    attributes = (
        DracoAttribute(
            int(attribute["unique_id"]),
            SEMANTICS.get(int(attribute["attribute_type"]), ""),
            np.asarray(attribute["data"]),
        )
        for attribute in mesh.attributes
    )
    return DracoMesh(faces, tuple(attributes))


def encode_draco(
    positions: Floats,
    triangles: Indices,
    *,
    normals: Floats | None = None,
    uvs: Floats | None = None,
    colors: Bytes | None = None,
    tangents: Floats | None = None,
    position_bits: int,
    normal_bits: int,
    uv_bits: int,
) -> bytes:
    """Compress a triangle mesh; Draco reorders its vertices and drops unused ones.

    `positions` (n, 3) float32, `triangles` (m, 3) uint32, `normals` (n, 3) float32, `uvs` (n, 2) float32,
    `colors` (n, 4) uint8, `tangents` (n, 4) float32. Tangents are stored without loss, 16 bytes a vertex:
    DracoPy quantizes no generic attributes. Raises `ConfigError` without the DracoPy package.
    """
    encoded: bytes = _package().encode(
        positions,
        faces=triangles,
        quantization_bits=position_bits,
        compression_level=LEVEL,
        normals=_float64(normals),
        tex_coord=_float64(uvs),
        normal_quantization_bits=normal_bits,
        tex_coord_quantization_bits=uv_bits,
        colors=colors,
        generic_attributes=None if tangents is None else {0: tangents.astype(np.float32)},
    )
    return encoded


def _package() -> Any:
    try:
        import DracoPy
    except ImportError as error:
        raise ConfigError("Draco meshes need the DracoPy package: `pip install vitrine[draco]`") from error
    return DracoPy


def _float64(values: Floats | None) -> Any:
    """DracoPy takes these attributes in double precision alone."""
    return None if values is None else values.astype(np.float64)
