"""Images, textures, and the textures of materials."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from vitrine.gltf.validation.links.linker import IMAGE, Linker
from vitrine.gltf.validation.rows import Rows

TEXTURE_INFOS = ("textureInfo", "normalTextureInfo", "occlusionTextureInfo")
TANGENT_TEXTURES = {
    ("material", "normalTexture"),
    ("KHR_materials_clearcoat", "clearcoatNormalTexture"),
    ("KHR_materials_anisotropy", "anisotropyTexture"),
}
"""Textures of directions, which need tangents: the type of the object that has them, and their property."""


@dataclass(slots=True)
class MaterialNeeds:
    """What a material needs of a primitive."""

    tangents: bool = False
    tex_coords: list[tuple[str, int]] = field(default_factory=list)
    """Pointer of each texture, and the number of the UV set that it reads; -1 for none"""

    def use_tex_coords(self, linker: Linker, pointer: str, count: int, used: set[int]) -> None:
        """Add an issue for each UV set that a primitive with `count` sets lacks, and the others to `used`."""
        for texture, number in self.tex_coords:
            if number >= count:
                linker.add("MESH_PRIMITIVE_TOO_FEW_TEXCOORDS", pointer, texture, number)
            elif number != -1:
                used.add(number)


def link_images(linker: Linker) -> None:
    """Resolve the buffer views of images."""
    rows = linker.document.lists["images"]
    for row, view in enumerate(rows.values.get("bufferView", ())):
        pointer = rows.pointer(row, "bufferView")
        if linker.document.resolve("bufferViews", view, pointer):
            linker.use_view(view, IMAGE, pointer)
            if linker.stride_of_view(view) != -1:
                linker.add("IMAGE_BUFFER_VIEW_WITH_BYTESTRIDE", pointer)


def link_textures(linker: Linker) -> None:
    """Resolve the images and samplers of textures, and the images of EXT_texture_webp."""
    resolve_column(linker, linker.document.lists["textures"], "source", "images")
    resolve_column(linker, linker.document.lists["textures"], "sampler", "samplers")
    for rows in linker.document.of("EXT_texture_webp"):
        resolve_column(linker, rows, "source", "images")


def resolve_column(linker: Linker, rows: Rows, name: str, target: str) -> None:
    """Resolve a column of indices, and note that their objects are used."""
    indices = rows.array(name)
    known = linker.document.lists[target].holds(indices)
    linker.document.used[target][indices[known]] = True
    for row in np.flatnonzero(~known & (indices != -1)).tolist():
        linker.add("UNRESOLVED_REFERENCE", rows.pointer(row, name), rows.values[name][row])


def link_materials(linker: Linker) -> list[MaterialNeeds]:
    """Resolve the textures of all materials; return what each material needs."""
    needs = [MaterialNeeds() for _ in range(len(linker.document.lists["materials"]))]
    for kind in TEXTURE_INFOS:
        for rows in linker.document.of(kind):
            resolve_column(linker, rows, "index", "textures")
            _note_tex_coords(rows, needs)
            parent = rows.parent.kind if rows.parent is not None else ""
            if (parent, rows.path[-1]) in TANGENT_TEXTURES:
                for row in range(len(rows)):
                    needs[rows.root_row(row, "material") or 0].tangents = True
    for rows in linker.document.of("KHR_texture_transform"):
        _note_tex_coords(rows, needs)
    return needs


def _note_tex_coords(rows: Rows, needs: list[MaterialNeeds]) -> None:
    for row, number in enumerate(rows.values["texCoord"]):
        material = rows.root_row(row, "material")
        if material is not None:
            needs[material].tex_coords.append((rows.pointer(row), number))
