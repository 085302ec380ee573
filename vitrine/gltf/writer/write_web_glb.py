"""`Model` -> the smallest GLB that three.js and model-viewer read: quantized and meshopt-compressed.

EXT_meshopt_compression with its octahedral filter, KHR_mesh_quantization, and KHR_texture_transform for the
UVs' grid. Pictures go in as they are; WebP brings EXT_texture_webp along.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Floats
from vitrine.codecs import meshopt_codec
from vitrine.gltf.model import Mesh, Model
from vitrine.gltf.writer.document_builder import (
    ARRAY_BUFFER,
    ELEMENT_ARRAY_BUFFER,
    DocumentBuilder,
    accessor_of,
    add_material,
    smallest_indices,
)

MESHOPT = "EXT_meshopt_compression"
QUANTIZED = "KHR_mesh_quantization"


@dataclass(frozen=True, slots=True)
class QuantizationGrid:
    """Integers 0 … 2^bits − 1 over a box; `value = low + step * integer`."""

    low: npt.NDArray[np.float64]
    step: npt.NDArray[np.float64]
    bits: int

    def snap(self, values: Floats) -> npt.NDArray[np.uint16]:
        """(n, k) uint16, each value's nearest integer."""
        scaled = (values - self.low.astype(np.float32)) * (1 / self.step).astype(np.float32)
        np.rint(scaled, out=scaled)
        return np.clip(scaled, 0, 2**self.bits - 1).astype(np.uint16)


@dataclass(frozen=True, slots=True)
class QuantizationBits:
    """How finely attributes are stored."""

    position: int = 14
    normal: int = 8
    uv: int = 12


def write_web_glb(model: Model, bits: QuantizationBits) -> bytes:
    """One clean root node, one child that undoes the quantization, one mesh with a primitive a material.

    Triangles are stored in the order they have; put them in cache and fetch order first.
    """
    builder = DocumentBuilder()
    packed = _Packed(builder)
    builder.require(MESHOPT)
    builder.require(QUANTIZED)
    low, high = model.bounds
    # One step for all axes: normals survive an even scale unchanged.
    step = max(float((high - low).max()), 1e-9) / (2**bits.position - 1)
    places = QuantizationGrid(low.astype(np.float64), np.full(3, step), bits.position)
    primitives = []
    for number in sorted({mesh.material for mesh in model.meshes}):
        meshes = [mesh for mesh in model.meshes if mesh.material == number]
        uv_grid = _uv_grid(meshes, bits.uv)
        builder.uv_transform = None
        builder.textures = {}
        if uv_grid is not None:
            builder.uv_transform = {"offset": uv_grid.low.tolist(), "scale": uv_grid.step.tolist()}
        material = add_material(builder, model.materials[number])
        primitives += [packed.primitive(mesh, places, uv_grid, bits, material) for mesh in meshes]
    builder.add("meshes", {"primitives": primitives})
    builder.add("nodes", {"name": "model", "children": [1]})
    builder.add("nodes", {"mesh": 0, "translation": low.astype(float).tolist(), "scale": [step, step, step]})
    fallback = {"byteLength": packed.unpacked_bytes, "extensions": {MESHOPT: {"fallback": True}}}
    return builder.finish([{"byteLength": len(builder.body)}, fallback], roots=[0])


def _uv_grid(meshes: list[Mesh], bits: int) -> QuantizationGrid | None:
    """A grid over the UVs in use: 0…1 when they fit, else their own box."""
    uvs = [mesh.uvs for mesh in meshes if mesh.uvs is not None and len(mesh.uvs)]
    if not uvs:
        return None
    low = np.minimum(np.min([u.min(axis=0) for u in uvs], axis=0), 0).astype(np.float64)
    high = np.maximum(np.max([u.max(axis=0) for u in uvs], axis=0), 1).astype(np.float64)
    # A box of several tiles needs as many more steps to stay as fine.
    bits = min(16, bits + int(np.ceil(np.log2(float((high - low).max())))))
    return QuantizationGrid(low, (high - low) / (2**bits - 1), bits)


@dataclass(slots=True)
class _Packed:
    """Compressed buffer views, and how many bytes they unpack to."""

    builder: DocumentBuilder
    unpacked_bytes: int = 0

    def primitive(
        self,
        mesh: Mesh,
        places: QuantizationGrid,
        uv_grid: QuantizationGrid | None,
        bits: QuantizationBits,
        material: int,
    ) -> dict[str, Any]:
        attributes = {"POSITION": self._rows(places.snap(mesh.positions), 3, bounds=True)}
        if mesh.normals is not None:
            attributes["NORMAL"] = self._directions(mesh.normals, bits.normal)
        if mesh.tangents is not None:
            attributes["TANGENT"] = self._directions(mesh.tangents, bits.normal)
        if mesh.uvs is not None and uv_grid is not None:
            attributes["TEXCOORD_0"] = self._rows(uv_grid.snap(mesh.uvs), 2)
        if mesh.colors is not None:
            levels = np.rint(mesh.colors * 255).astype(np.uint8)
            attributes["COLOR_0"] = self._rows(levels, 4, normalized=True)
        return {"attributes": attributes, "indices": self._indices(mesh), "material": material}

    def _rows(
        self, values: npt.NDArray[Any], width: int, *, normalized: bool = False, bounds: bool = False
    ) -> int:
        padding = -width * values.itemsize % 4 // values.itemsize
        padded = np.zeros((len(values), width + padding), values.dtype)
        padded[:, :width] = values
        view = self._view(meshopt_codec.encode_vertices(padded), padded, "ATTRIBUTES")
        return self.builder.add(
            "accessors", {"bufferView": view} | accessor_of(values, normalized=normalized, bounds=bounds)
        )

    def _directions(self, vectors: Floats, bits: int) -> int:
        four = np.ones((len(vectors), 4), np.float32)
        four[:, : vectors.shape[1]] = vectors
        rows = meshopt_codec.encode_octahedral(four, bits=bits)
        view = self._view(meshopt_codec.encode_vertices(rows), rows, "ATTRIBUTES", "OCTAHEDRAL")
        seen = rows[:, : vectors.shape[1]]
        return self.builder.add("accessors", {"bufferView": view} | accessor_of(seen, normalized=True))

    def _indices(self, mesh: Mesh) -> int:
        flat = smallest_indices(mesh.triangles)
        data = meshopt_codec.encode_triangles(
            np.ascontiguousarray(mesh.triangles).reshape(-1), len(mesh.positions)
        )
        view = self._view(data, flat, "TRIANGLES")
        return self.builder.add("accessors", {"bufferView": view} | accessor_of(flat))

    def _view(self, data: bytes, rows: npt.NDArray[Any], mode: str, filter_name: str | None = None) -> int:
        """A buffer view that unpacks to `rows`."""
        stride = rows.shape[1] * rows.itemsize
        extension = self.builder.bytes_at(data) | {"byteStride": stride, "mode": mode, "count": len(rows)}
        if filter_name is not None:
            extension["filter"] = filter_name
        start = self.unpacked_bytes + -self.unpacked_bytes % 4
        self.unpacked_bytes = start + rows.nbytes
        view = {
            "buffer": 1,
            "byteOffset": start,
            "byteLength": rows.nbytes,
            "extensions": {MESHOPT: extension},
        }
        if mode == "ATTRIBUTES":
            view |= {"byteStride": stride, "target": ARRAY_BUFFER}
        else:
            view |= {"target": ELEMENT_ARRAY_BUFFER}
        return self.builder.add("bufferViews", view)
