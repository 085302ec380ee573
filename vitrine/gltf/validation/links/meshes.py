"""Primitives: attributes, indices, materials and morph targets (glTF 2.0 section 3.7)."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitrine.gltf.validation.issue import join_pointer
from vitrine.gltf.validation.links.formats import INDICES, attribute_formats, target_formats
from vitrine.gltf.validation.links.linker import (
    INDEX_BUFFER,
    VERTEX_BUFFER,
    DataCheck,
    Format,
    Linker,
    element_bytes,
)
from vitrine.gltf.validation.links.textures import MaterialNeeds
from vitrine.gltf.validation.links.variants import VariantLinker
from vitrine.gltf.validation.rows import Rows
from vitrine.gltf.validation.schema.accessor_rules import COMPONENT_BYTES, FLOAT, UNSIGNED_INT
from vitrine.gltf.validation.schema.primitive_rules import AttributeNames

MODES = ("POINTS", "LINES", "LINE_LOOP", "LINE_STRIP", "TRIANGLES", "TRIANGLE_STRIP", "TRIANGLE_FAN")
VERTICES_OF_MODES = {1: (2, 2), 2: (2, 1), 3: (2, 1), 4: (3, 3), 5: (3, 1), 6: (3, 1)}
"""How many vertices a mode needs, and of what their number is a multiple."""
TRIANGLES = 4
GENERATED_TANGENTS = "MESH_PRIMITIVE_GENERATED_TANGENT_SPACE"
NO_TANGENTS = "MESH_PRIMITIVE_NO_TANGENT_SPACE"
CHECKED_SEMANTICS = {"NORMAL": "normal", "TANGENT": "tangent"}


@dataclass(slots=True)
class Primitive:
    """A primitive whose references are being resolved."""

    pointer: str
    mode: int
    names: AttributeNames
    attributes: dict[str, int] = field(default_factory=dict)
    """Accessors by name, of those that exist"""
    vertex_count: int = -1
    draw_count: int = -1
    """Number of indices, or of vertices without indices"""
    used_tex_coords: set[int] = field(default_factory=set)


class MeshLinker:
    """Resolves the primitives of all meshes."""

    def __init__(self, linker: Linker, needs: list[MaterialNeeds]) -> None:
        quantized = "KHR_mesh_quantization" in linker.document.extensions_loaded
        self.linker = linker
        self.needs = needs
        self.attribute_formats = attribute_formats(quantized=quantized)
        self.target_formats = target_formats(quantized=quantized)

    def link(self) -> dict[int, Primitive]:
        """Resolve all primitives; return them by their row."""
        linked = {}
        for rows in self.linker.document.of("primitive"):
            variants = VariantLinker(self.linker, self.needs, rows)
            for row in range(len(rows)):
                linked[row] = self._link_primitive(rows, row, variants)
        return linked

    def _link_primitive(self, rows: Rows, row: int, variants: VariantLinker) -> Primitive:
        values = rows.values
        primitive = Primitive(rows.pointer(row), values["mode"][row], values["names"][row])
        variants.link(row, primitive.names.counts["TEXCOORD"], primitive.used_tex_coords)
        for name, accessor in (values["attributes"][row] or {}).items():
            pointer = join_pointer(primitive.pointer, "attributes", name)
            if self._resolve_accessor(accessor, pointer):
                primitive.attributes[name] = accessor
                self._link_attribute(name, accessor, pointer, primitive)
        self._link_indices(values["indices"][row], primitive)
        self._check_mode(primitive)
        self._link_material(values["material"][row], primitive)
        for number in range(primitive.names.counts["TEXCOORD"]):
            if number not in primitive.used_tex_coords:
                self.linker.add("UNUSED_OBJECT", f"{primitive.pointer}/attributes/TEXCOORD_{number}")
        for number, target in enumerate(values["targets"][row] or ()):
            for name, accessor in target.items():
                pointer = join_pointer(primitive.pointer, "targets", number, name)
                if self._resolve_accessor(accessor, pointer):
                    self._link_target(name, accessor, pointer, primitive)
        return primitive

    def _resolve_accessor(self, accessor: int, pointer: str) -> bool:
        return self.linker.document.resolve("accessors", accessor, pointer)

    def _link_attribute(self, name: str, accessor: int, pointer: str, primitive: Primitive) -> None:
        linker, values = self.linker, self.linker.accessors.values
        self._use_vertex_accessor(name, accessor, pointer)
        found = linker.format(accessor)
        allowed = self.attribute_formats.get(name.partition("_")[0])
        if allowed is None:
            if found.component == UNSIGNED_INT:
                linker.add("MESH_PRIMITIVE_ATTRIBUTES_ACCESSOR_UNSIGNED_INT", pointer)
        elif self._has_format(found, allowed, pointer):
            if name in CHECKED_SEMANTICS:
                linker.check_data(accessor, DataCheck(CHECKED_SEMANTICS[name], pointer))
            elif name == "COLOR_0" and found.component == FLOAT:
                linker.check_data(accessor, DataCheck("color", pointer))
        self._check_alignment(accessor, found, pointer)
        count = values["count"][accessor]
        if primitive.vertex_count == -1:
            primitive.vertex_count = primitive.draw_count = count
        elif primitive.vertex_count != count:
            linker.add("MESH_PRIMITIVE_UNEQUAL_ACCESSOR_COUNT", pointer)
        self._check_stride(accessor, pointer)

    def _use_vertex_accessor(self, name: str, accessor: int, pointer: str) -> None:
        linker, values = self.linker, self.linker.accessors.values
        linker.use_accessor(accessor, VERTEX_BUFFER, pointer)
        view = linker.view_of(accessor)
        if view is not None:
            linker.use_view(view, VERTEX_BUFFER, pointer)
        if name == "POSITION" and (values["min"][accessor] is None or values["max"][accessor] is None):
            linker.add("MESH_PRIMITIVE_POSITION_ACCESSOR_WITHOUT_BOUNDS", pointer)

    def _has_format(self, found: Format, allowed: set[Format], pointer: str) -> bool:
        if found in allowed:
            return True
        names = sorted(map(str, allowed))
        self.linker.add("MESH_PRIMITIVE_ATTRIBUTES_ACCESSOR_INVALID_FORMAT", pointer, str(found), names)
        return False

    def _check_alignment(self, accessor: int, found: Format, pointer: str) -> None:
        """Vertex attributes start at multiples of 4 bytes."""
        offset = self.linker.accessors.values["byteOffset"][accessor]
        view = self.linker.view_of(accessor)
        size = element_bytes(found.type, found.component) if found.component in COMPONENT_BYTES else 0
        packed = view is not None and self.linker.stride_of_view(view) == -1
        if (offset != -1 and offset % 4) or (size % 4 and packed):
            self.linker.add("MESH_PRIMITIVE_ACCESSOR_UNALIGNED", pointer)

    def _check_stride(self, accessor: int, pointer: str) -> None:
        """A view with several attributes has a byteStride."""
        view = self.linker.view_of(accessor)
        if view is None or self.linker.stride_of_view(view) != -1:
            return
        known = self.linker.vertex_accessors[view]
        if known and accessor not in known:
            self.linker.add("MESH_PRIMITIVE_ACCESSOR_WITHOUT_BYTESTRIDE", pointer)
        known.add(accessor)

    def _link_indices(self, accessor: int, primitive: Primitive) -> None:
        linker = self.linker
        pointer = f"{primitive.pointer}/indices"
        if not self._resolve_accessor(accessor, pointer):
            return
        primitive.draw_count = linker.accessors.values["count"][accessor]
        linker.use_accessor(accessor, INDEX_BUFFER, pointer)
        view = linker.view_of(accessor)
        if view is not None:
            linker.use_view(view, INDEX_BUFFER, pointer)
            if linker.stride_of_view(view) != -1:
                linker.add("MESH_PRIMITIVE_INDICES_ACCESSOR_WITH_BYTESTRIDE", pointer)
        found = linker.format(accessor)
        if found not in INDICES:
            names = sorted(map(str, INDICES))
            linker.add("MESH_PRIMITIVE_INDICES_ACCESSOR_INVALID_FORMAT", pointer, str(found), names)
            return
        last = primitive.vertex_count - 1 if primitive.vertex_count != -1 else -1
        triangles = primitive.mode in (TRIANGLES, -1)
        linker.check_data(accessor, DataCheck("indices", pointer, limit=last, flag=triangles))

    def _check_mode(self, primitive: Primitive) -> None:
        count, mode = primitive.draw_count, primitive.mode
        least, divisor = VERTICES_OF_MODES.get(mode, (0, 1))
        if count != -1 and (count < least or count % divisor):
            self.linker.add("MESH_PRIMITIVE_INCOMPATIBLE_MODE", primitive.pointer, count, MODES[mode])

    def _link_material(self, material: int, primitive: Primitive) -> None:
        linker, names = self.linker, primitive.names
        pointer = f"{primitive.pointer}/material"
        needs = MaterialNeeds()
        if linker.document.resolve("materials", material, pointer):
            linker.document.mark("materials", material)
            needs = self.needs[material]
            if needs.tangents and not (names.has_normal and names.has_tangent):
                normal_map = linker.document.lists["materials"].values["normalTexture"][material] != -1
                linker.add(GENERATED_TANGENTS if normal_map else NO_TANGENTS, pointer)
            needs.use_tex_coords(linker, pointer, names.counts["TEXCOORD"], primitive.used_tex_coords)
        if names.has_tangent and not needs.tangents:
            linker.add("UNUSED_MESH_TANGENT", f"{primitive.pointer}/attributes/TANGENT")

    def _link_target(self, name: str, accessor: int, pointer: str, primitive: Primitive) -> None:
        linker, values = self.linker, self.linker.accessors.values
        self._use_vertex_accessor(name, accessor, pointer)
        base = primitive.attributes.get(name)
        if base is None:
            linker.add("MESH_PRIMITIVE_MORPH_TARGET_NO_BASE_ACCESSOR", pointer)
        elif values["count"][base] != values["count"][accessor]:
            linker.add("MESH_PRIMITIVE_MORPH_TARGET_INVALID_ATTRIBUTE_COUNT", pointer)
        found = linker.format(accessor)
        allowed = self.target_formats.get(name.partition("_")[0])
        if allowed is not None:
            self._has_format(found, allowed, pointer)
        self._check_alignment(accessor, found, pointer)
        self._check_stride(accessor, pointer)
