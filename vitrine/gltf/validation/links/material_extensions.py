"""Rules between the extensions of a material, and between them and the material."""

from __future__ import annotations

from typing import Any

from vitrine.gltf.validation.links.linker import Linker
from vitrine.gltf.validation.rows import Rows

VOLUME, TRANSMISSION = "KHR_materials_volume", "KHR_materials_transmission"


def link_material_extensions(linker: Linker) -> None:
    """Check the extensions of all materials against each other."""
    _check_tex_coords(
        *(linker, "KHR_materials_anisotropy", "anisotropyTexture"),
        "KHR_MATERIALS_ANISOTROPY_ANISOTROPY_TEXTURE_TEXCOORD",
    )
    _check_tex_coords(
        *(linker, "KHR_materials_clearcoat", "clearcoatNormalTexture"),
        "KHR_MATERIALS_CLEARCOAT_CLEARCOAT_NORMAL_TEXTURE_TEXCOORD",
    )
    for rows in linker.document.of("KHR_materials_dispersion"):
        for row in range(len(rows)):
            if VOLUME not in _extensions(rows, row):
                linker.add("KHR_MATERIALS_DISPERSION_NO_VOLUME", rows.pointer(row))
    for rows in linker.document.of("KHR_materials_emissive_strength"):
        _check_emission(linker, rows)
    for rows in linker.document.of(VOLUME):
        _check_volumes(linker, rows)


def _material(rows: Rows, row: int) -> tuple[Rows, int]:
    materials = rows.parent
    assert materials is not None
    return materials, rows.owners[row]


def _extensions(rows: Rows, row: int) -> dict[str, Any]:
    materials, material = _material(rows, row)
    extensions: dict[str, Any] = materials.items[material]["extensions"]
    return extensions


def _check_tex_coords(linker: Linker, kind: str, name: str, code: str) -> None:
    """The texture reads the same UV set as the normal texture of the material."""
    for rows in linker.document.of(kind):
        for row, number in enumerate(rows.values[name]):
            materials, material = _material(rows, row)
            normal = materials.values["normalTexture"][material]
            if number == -1 or normal == -1:
                continue
            own = rows.children[(name,)].values["texCoord"][number]
            if own != materials.children[("normalTexture",)].values["texCoord"][normal]:
                linker.add(code, rows.pointer(row, name))


def _check_emission(linker: Linker, rows: Rows) -> None:
    for row, strength in enumerate(rows.values["emissiveStrength"]):
        materials, material = _material(rows, row)
        factor = materials.values["emissiveFactor"][material]
        if strength not in (1,) and strength == strength and factor is not None and not any(factor):
            linker.add("KHR_MATERIALS_EMISSIVE_STRENGTH_ZERO_FACTOR", rows.pointer(row))


def _check_volumes(linker: Linker, rows: Rows) -> None:
    loaded = linker.document.extensions_loaded
    for row, thickness in enumerate(rows.values["thicknessFactor"]):
        materials, material = _material(rows, row)
        names = _extensions(rows, row)
        unknown = any(name not in loaded for name in names)
        if TRANSMISSION not in names and not unknown:
            linker.add("KHR_MATERIALS_VOLUME_NO_TRANSMISSION", rows.pointer(row))
        if materials.values["doubleSided"][material] and thickness > 0:
            linker.add("KHR_MATERIALS_VOLUME_DOUBLE_SIDED", rows.pointer(row))
