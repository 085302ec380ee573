"""Take textures off meshes that have no UVs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vitrine.gltf.model import Material, Model


def drop_textures_without_uvs(model: Model) -> Model:
    """Return a model in which meshes without UVs have materials without textures.

    glTF 2.0 requires the UVs that a texture reads (section 3.9.2): without them nothing of it can be shown.
    """
    bare: dict[int, int] = {}
    materials = list(model.materials)
    meshes = list(model.meshes)
    for number, mesh in enumerate(meshes):
        if mesh.uvs is not None or not _has_textures(model.materials[mesh.material]):
            continue
        if mesh.material not in bare:
            bare[mesh.material] = len(materials)
            materials.append(_without_textures(model.materials[mesh.material]))
        meshes[number] = replace(mesh, material=bare[mesh.material])
    return replace(model, meshes=tuple(meshes), materials=tuple(materials)) if bare else model


def _has_textures(material: Material) -> bool:
    core = (
        *(material.base_color, material.metallic_roughness, material.normal),
        *(material.occlusion, material.emissive),
    )
    return bool(material.extension_textures) or any(texture is not None for texture in core)


def _without_textures(material: Material) -> Material:
    return replace(
        material,
        base_color=None,
        metallic_roughness=None,
        normal=None,
        occlusion=None,
        emissive=None,
        extensions=_without_texture_infos(dict(material.extensions)),
        extension_textures=(),
    )


def _without_texture_infos(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_texture_infos(item) for name, item in value.items() if not name.endswith("Texture")
        }
    return value
