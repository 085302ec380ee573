"""`Model` -> the smallest GLB that three.js and model-viewer read: quantized and meshopt-compressed.

EXT_meshopt_compression with its octahedral filter, KHR_mesh_quantization, and KHR_texture_transform, which
undoes the quantization of UVs. Textures are stored as they are; WebP needs EXT_texture_webp besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pygltflib import Attributes, Buffer, BufferView, Node, Primitive
from pygltflib import Mesh as GltfMesh

from vitrine.arrays import Floats
from vitrine.codecs import meshopt_codec
from vitrine.gltf.model import Mesh, Model
from vitrine.gltf.thickness import scale_thickness
from vitrine.gltf.writer.accessors import accessor_of, smallest_indices
from vitrine.gltf.writer.document_builder import ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER, DocumentBuilder
from vitrine.gltf.writer.drop_textures import drop_textures_without_uvs
from vitrine.gltf.writer.materials import add_material
from vitrine.gltf.writer.quantization import QuantizationBits, QuantizationGrid, position_grid, uv_grid

MESHOPT = "EXT_meshopt_compression"
QUANTIZATION = "KHR_mesh_quantization"


def write_web_glb(model: Model, bits: QuantizationBits) -> bytes:
    """Write one root node without a transform, one child that undoes the quantization, and one mesh.

    Primitives are sorted by material. Triangles keep their order: reorder them for vertex cache and fetch
    first. Raises `ModelError` as `write_glb` does.
    """
    model = drop_textures_without_uvs(model)
    builder = DocumentBuilder()
    compressor = _Compressor(builder)
    builder.require_extension(MESHOPT)
    builder.require_extension(QUANTIZATION)
    low, high = model.bounds
    positions = position_grid(low, high, bits.position)
    primitives = []
    for number in sorted({mesh.material for mesh in model.meshes}):
        meshes = [mesh for mesh in model.meshes if mesh.material == number]
        uvs = uv_grid(meshes, bits.uv)
        # Each material has a transform of its own, so no texture info is shared between materials.
        builder.uv_transform = None if uvs is None else _uv_transform(uvs)
        builder.texture_indices = {}
        in_mesh_space = scale_thickness(model.materials[number], 1 / float(positions.step[0]))
        material = add_material(builder, in_mesh_space)
        primitives += [compressor.primitive(mesh, positions, uvs, bits.normal, material) for mesh in meshes]
    builder.add(GltfMesh(primitives=primitives))
    builder.add(Node(name="model", children=[1]))
    builder.add(Node(mesh=0, translation=low.astype(float).tolist(), scale=positions.step.tolist()))
    fallback = Buffer(byteLength=compressor.decoded_bytes, extensions={MESHOPT: {"fallback": True}})
    return builder.build((fallback,), roots=(0,))


def _uv_transform(uvs: QuantizationGrid) -> dict[str, list[float]]:
    """KHR_texture_transform that undoes the quantization."""
    return {"offset": uvs.low.tolist(), "scale": uvs.step.tolist()}


@dataclass(slots=True)
class _Compressor:
    """Adds compressed buffer views, and lays out the fallback buffer that they decode to."""

    builder: DocumentBuilder
    decoded_bytes: int = 0

    def primitive(
        self,
        mesh: Mesh,
        positions: QuantizationGrid,
        uvs: QuantizationGrid | None,
        normal_bits: int,
        material: int,
    ) -> Primitive:
        attributes = Attributes(POSITION=self._rows(positions.quantize(mesh.positions), bounds=True))
        if mesh.normals is not None:
            attributes.NORMAL = self._directions(mesh.normals, normal_bits)
        if mesh.tangents is not None:
            attributes.TANGENT = self._directions(mesh.tangents, normal_bits)
        if mesh.uvs is not None and uvs is not None:
            attributes.TEXCOORD_0 = self._rows(uvs.quantize(mesh.uvs))
        if mesh.colors is not None:
            levels = np.rint(mesh.colors * 255).astype(np.uint8)
            attributes.COLOR_0 = self._rows(levels, normalized=True)
        return Primitive(attributes=attributes, indices=self._indices(mesh), material=material)

    def _rows(self, values: npt.NDArray[Any], *, normalized: bool = False, bounds: bool = False) -> int:
        """An accessor of (n, k) integers, each row padded to a multiple of four bytes."""
        width = values.shape[1]
        padding = -width * values.itemsize % 4 // values.itemsize
        padded = np.zeros((len(values), width + padding), values.dtype)
        padded[:, :width] = values
        view = self._view(meshopt_codec.encode_vertices(padded), padded, "ATTRIBUTES")
        return self.builder.add(accessor_of(values, view, normalized=normalized, bounds=bounds))

    def _directions(self, vectors: Floats, bits: int) -> int:
        """An accessor of (n, 3) normals or (n, 4) tangents, float32, through the octahedral filter."""
        four = np.ones((len(vectors), 4), np.float32)
        four[:, : vectors.shape[1]] = vectors
        rows = meshopt_codec.encode_octahedral(four, bits=bits)
        view = self._view(meshopt_codec.encode_vertices(rows), rows, "ATTRIBUTES", "OCTAHEDRAL")
        return self.builder.add(accessor_of(rows[:, : vectors.shape[1]], view, normalized=True))

    def _indices(self, mesh: Mesh) -> int:
        indices = smallest_indices(mesh.triangles)
        flat = np.ascontiguousarray(mesh.triangles).reshape(-1)
        data = meshopt_codec.encode_triangles(flat, len(mesh.positions))
        return self.builder.add(accessor_of(indices, self._view(data, indices, "TRIANGLES")))

    def _view(self, data: bytes, rows: npt.NDArray[Any], mode: str, filter_name: str | None = None) -> int:
        """A buffer view of compressed `data` that decodes to `rows`."""
        stride = rows.shape[1] * rows.itemsize
        offset, length = self.builder.append_bytes(data)
        extension: dict[str, Any] = {"buffer": 0, "byteOffset": offset, "byteLength": length}
        extension |= {"byteStride": stride, "mode": mode, "count": len(rows)}
        if filter_name is not None:
            extension["filter"] = filter_name
        start = self.decoded_bytes + -self.decoded_bytes % 4
        self.decoded_bytes = start + rows.nbytes
        is_vertices = mode == "ATTRIBUTES"
        return self.builder.add(
            BufferView(
                buffer=1,
                byteOffset=start,
                byteLength=rows.nbytes,
                byteStride=stride if is_vertices else None,
                target=ARRAY_BUFFER if is_vertices else ELEMENT_ARRAY_BUFFER,
                extensions={MESHOPT: extension},
            )
        )
