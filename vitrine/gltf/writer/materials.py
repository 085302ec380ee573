"""Material record -> material, textures, samplers and images of a document."""

from __future__ import annotations

from typing import Any

import pygltflib

from vitrine.errors import ModelError
from vitrine.gltf.model import Material, Model, Sampler, Texture
from vitrine.gltf.writer.document_builder import DocumentBuilder
from vitrine.gltf.writer.to_json import to_json

CORE_MEDIA_TYPES = ("image/png", "image/jpeg")
TEXTURE_EXTENSIONS = {
    "image/webp": "EXT_texture_webp",
    "image/ktx2": "KHR_texture_basisu",
    "image/avif": "EXT_texture_avif",
}


def add_materials(builder: DocumentBuilder, model: Model) -> dict[int, int]:
    """Add every material that a mesh uses; returns the index in the document for that in `model`."""
    used = sorted({mesh.material for mesh in model.meshes})
    return {number: add_material(builder, model.materials[number]) for number in used}


def add_material(builder: DocumentBuilder, material: Material) -> int:
    """Add a material with its textures and extensions; returns its index.

    Raises `ModelError` for a texture of a media type that glTF has no place for.
    """

    def info(texture: Texture | None) -> pygltflib.TextureInfo | None:
        return None if texture is None else pygltflib.TextureInfo(**_reference(builder, texture))

    # Textures are numbered in the order in which they are added here.
    base_color, metallic_roughness = info(material.base_color), info(material.metallic_roughness)
    normal = occlusion = None
    if material.normal is not None:
        normal = pygltflib.NormalMaterialTexture(
            **_reference(builder, material.normal), scale=material.normal_scale
        )
    if material.occlusion is not None:
        occlusion = pygltflib.OcclusionTextureInfo(
            **_reference(builder, material.occlusion), strength=material.occlusion_strength
        )
    item = pygltflib.Material(
        name=material.name or None,
        pbrMetallicRoughness=pygltflib.PbrMetallicRoughness(
            baseColorFactor=list(material.base_color_factor),
            metallicFactor=material.metallic_factor,
            roughnessFactor=material.roughness_factor,
            baseColorTexture=base_color,
            metallicRoughnessTexture=metallic_roughness,
        ),
        normalTexture=normal,
        occlusionTexture=occlusion,
        emissiveTexture=info(material.emissive),
        emissiveFactor=list(material.emissive_factor),
        alphaMode=material.alpha_mode,
        alphaCutoff=_alpha_cutoff(material),
        doubleSided=material.double_sided,
        extensions=_extension(builder, dict(material.extensions), material),
    )
    builder.extensions_used |= set(material.extensions)
    return builder.add(item)


def _alpha_cutoff(material: Material) -> float | None:
    """None where the cutoff is not read, or is the default of the specification."""
    return material.alpha_cutoff if material.alpha_mode == "MASK" and material.alpha_cutoff != 0.5 else None


def _extension(builder: DocumentBuilder, value: Any, material: Material) -> Any:
    """A copy of an extension's JSON whose texture infos point into the document."""
    if isinstance(value, list):
        return [_extension(builder, item, material) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {}
    for key, item in value.items():
        if key.endswith("Texture") and isinstance(item, dict) and "index" in item:
            texture = material.extension_textures[item["index"]]
            copy[key] = item | to_json(pygltflib.TextureInfo(**_reference(builder, texture)))
        else:
            copy[key] = _extension(builder, item, material)
    return copy


def _reference(builder: DocumentBuilder, texture: Texture) -> dict[str, Any]:
    """What every kind of texture info has: the texture's index and its extensions."""
    if texture.uv:
        raise ValueError("a texture reads further UVs: `bake_uv_sets` comes before writing")
    if texture not in builder.texture_indices:
        builder.texture_indices[texture] = _add_texture(builder, texture)
    extensions = {}
    if builder.uv_transform is not None:
        builder.require_extension("KHR_texture_transform")
        extensions["KHR_texture_transform"] = builder.uv_transform
    return {"index": builder.texture_indices[texture], "extensions": extensions}


def _add_texture(builder: DocumentBuilder, texture: Texture) -> int:
    view = builder.add_buffer_view(texture.data)
    image = builder.add(pygltflib.Image(bufferView=view, mimeType=texture.media_type))
    item = pygltflib.Texture()
    if texture.sampler != Sampler():
        item.sampler = _add_sampler(builder, texture.sampler)
    if texture.media_type in CORE_MEDIA_TYPES:
        item.source = image
    elif texture.media_type in TEXTURE_EXTENSIONS:
        name = TEXTURE_EXTENSIONS[texture.media_type]
        builder.require_extension(name)
        item.extensions = {name: {"source": image}}
    else:
        raise ModelError(f"a texture of type {texture.media_type} cannot be written")
    return builder.add(item)


def _add_sampler(builder: DocumentBuilder, sampler: Sampler) -> int:
    return builder.add(
        pygltflib.Sampler(
            wrapS=sampler.wrap_s,
            wrapT=sampler.wrap_t,
            magFilter=sampler.mag_filter,
            minFilter=sampler.min_filter,
        )
    )
