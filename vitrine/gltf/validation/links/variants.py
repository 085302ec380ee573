"""The materials that KHR_materials_variants gives a primitive."""

from __future__ import annotations

from vitrine.gltf.validation.links.linker import Linker
from vitrine.gltf.validation.links.textures import MaterialNeeds
from vitrine.gltf.validation.rows import Rows

VARIANTS = ("extensions", "KHR_materials_variants")


class VariantLinker:
    """Resolves the variants and materials of the mappings of primitives."""

    def __init__(self, linker: Linker, needs: list[MaterialNeeds], primitives: Rows) -> None:
        self.linker = linker
        self.needs = needs
        self.rows = primitives.children.get(VARIANTS)
        owners = self.rows.owners if self.rows is not None else []
        self.row_of = {primitive: row for row, primitive in enumerate(owners)}

    def link(self, primitive: int, tex_coord_count: int, used: set[int]) -> None:
        """Resolve the mappings of one primitive, which has `tex_coord_count` sets of UVs."""
        row = self.row_of.get(primitive)
        if row is None or self.rows is None:
            return
        mappings = self.rows.children[("mappings",)]
        seen: set[int] = set()
        for number in self.rows.values["mappings"][row] or ():
            if not any(self.linker.document.of("variantList")):
                name = "KHR_materials_variants of the document"
                self.linker.add("UNSATISFIED_DEPENDENCY", mappings.pointer(number), name)
                continue
            self._link_variants(mappings, number, seen)
            material, pointer = mappings.values["material"][number], mappings.pointer(number, "material")
            if self.linker.document.resolve("materials", material, pointer):
                self.linker.document.mark("materials", material)
                self.needs[material].use_tex_coords(self.linker, pointer, tex_coord_count, used)

    def _link_variants(self, mappings: Rows, number: int, seen: set[int]) -> None:
        """Each variant of a primitive has one material."""
        for place, variant in enumerate(mappings.values["variants"][number] or ()):
            pointer = mappings.pointer(number, "variants", place)
            if variant != -1 and variant in seen:
                self.linker.add("KHR_MATERIALS_VARIANTS_NON_UNIQUE_VARIANT", pointer)
            seen.add(variant)
            if self.linker.document.resolve("variants", variant, pointer):
                self.linker.document.mark("variants", variant)
