"""What both writers share: a JSON document that grows together with its binary chunk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine import __version__
from vitrine.errors import ModelError
from vitrine.gltf.container import write_container
from vitrine.gltf.model import Material, Sampler, Texture

ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER = 34962, 34963
CODES = {"i1": 5120, "u1": 5121, "i2": 5122, "u2": 5123, "u4": 5125, "f4": 5126}
KINDS = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}
CORE_MEDIA_TYPES = ("image/png", "image/jpeg")
TEXTURE_EXTENSIONS = {
    "image/webp": "EXT_texture_webp",
    "image/ktx2": "KHR_texture_basisu",
    "image/avif": "EXT_texture_avif",
}


@dataclass(slots=True)
class DocumentBuilder:
    """A glTF document being written."""

    body: bytearray = field(default_factory=bytearray)
    lists: dict[str, list[Any]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    required: set[str] = field(default_factory=set)
    uv_transform: Mapping[str, Any] | None = None
    """KHR_texture_transform for every texture written from now on."""
    textures: dict[Texture, int] = field(default_factory=dict)

    def add(self, kind: str, item: dict[str, Any]) -> int:
        items = self.lists.setdefault(kind, [])
        items.append(item)
        return len(items) - 1

    def require(self, extension: str) -> None:
        self.used.add(extension)
        self.required.add(extension)

    def bytes_at(self, data: bytes | npt.NDArray[Any]) -> dict[str, int]:
        """Append to the binary chunk, four-byte aligned; where it went."""
        self.body += bytes(-len(self.body) % 4)
        start = len(self.body)
        self.body += data if isinstance(data, bytes) else data.tobytes()
        return {"buffer": 0, "byteOffset": start, "byteLength": len(self.body) - start}

    def finish(self, buffers: list[dict[str, Any]] | None = None, roots: list[int] | None = None) -> bytes:
        """The GLB, with one scene of the nodes in `roots`, or of all."""
        document: dict[str, Any] = {
            "asset": {"version": "2.0", "generator": f"Vitrine {__version__}"},
            "scene": 0,
            "scenes": [{"nodes": roots or list(range(len(self.lists["nodes"])))}],
        }
        if self.used:
            document["extensionsUsed"] = sorted(self.used)
        if self.required:
            document["extensionsRequired"] = sorted(self.required)
        document |= self.lists
        document["buffers"] = buffers or [{"byteLength": len(self.body)}]
        return write_container(document, self.body)


def accessor_of(
    values: npt.NDArray[Any], *, normalized: bool = False, bounds: bool = False
) -> dict[str, Any]:
    """An accessor's JSON for an (n, width) array, without its buffer view."""
    accessor: dict[str, Any] = {
        "componentType": CODES[values.dtype.str[1:]],
        "count": len(values),
        "type": KINDS[values.shape[1]],
    }
    if normalized:
        accessor["normalized"] = True
    if bounds:
        if not np.isfinite(values).all():
            raise ModelError("positions are not all finite: nothing can be written")
        accessor["min"] = values.min(axis=0).tolist()
        accessor["max"] = values.max(axis=0).tolist()
    return accessor


def smallest_indices(triangles: npt.NDArray[np.uint32]) -> npt.NDArray[Any]:
    """(3 m, 1) uint16 when every index fits below 65535, which restarts a primitive, else uint32."""
    flat = triangles.reshape(-1, 1)
    return flat.astype(np.uint16) if len(flat) and int(flat.max()) < 65535 else flat


def add_material(builder: DocumentBuilder, material: Material) -> int:
    """Write a material and what it points at."""

    def slot(texture: Texture | None, **more: float) -> dict[str, Any] | None:
        return None if texture is None else _info(builder, texture) | more

    pbr = {
        "baseColorFactor": _unless(list(material.base_color_factor), [1.0, 1.0, 1.0, 1.0]),
        "metallicFactor": _unless(material.metallic_factor, 1.0),
        "roughnessFactor": _unless(material.roughness_factor, 1.0),
        "baseColorTexture": slot(material.base_color),
        "metallicRoughnessTexture": slot(material.metallic_roughness),
    }
    item = {
        "name": material.name or None,
        "pbrMetallicRoughness": _some(pbr),
        "normalTexture": slot(material.normal, **_some({"scale": _unless(material.normal_scale, 1.0)})),
        "occlusionTexture": slot(
            material.occlusion, **_some({"strength": _unless(material.occlusion_strength, 1.0)})
        ),
        "emissiveTexture": slot(material.emissive),
        "emissiveFactor": _unless(list(material.emissive_factor), [0.0, 0.0, 0.0]),
        "alphaMode": _unless(material.alpha_mode, "OPAQUE"),
        "alphaCutoff": _unless(material.alpha_cutoff, 0.5) if material.alpha_mode == "MASK" else None,
        "doubleSided": material.double_sided or None,
        "extensions": {
            name: _extension(builder, value, material) for name, value in material.extensions.items()
        }
        or None,
    }
    builder.used |= set(material.extensions)
    return builder.add("materials", _some(item))


def _extension(builder: DocumentBuilder, value: Any, material: Material) -> Any:
    if isinstance(value, list):
        return [_extension(builder, item, material) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {}
    for key, item in value.items():
        if key.endswith("Texture") and isinstance(item, dict) and "index" in item:
            copy[key] = item | _info(builder, material.extension_textures[item["index"]])
        else:
            copy[key] = _extension(builder, item, material)
    return copy


def _info(builder: DocumentBuilder, texture: Texture) -> dict[str, Any]:
    if texture not in builder.textures:
        builder.textures[texture] = _add_texture(builder, texture)
    info: dict[str, Any] = {"index": builder.textures[texture]}
    if builder.uv_transform is not None:
        builder.require("KHR_texture_transform")
        info["extensions"] = {"KHR_texture_transform": dict(builder.uv_transform)}
    return info


def _add_texture(builder: DocumentBuilder, texture: Texture) -> int:
    view = builder.add("bufferViews", builder.bytes_at(texture.data))
    image = builder.add("images", {"bufferView": view, "mimeType": texture.media_type})
    item: dict[str, Any] = {}
    if texture.sampler != Sampler():
        item["sampler"] = _add_sampler(builder, texture.sampler)
    if texture.media_type in CORE_MEDIA_TYPES:
        item["source"] = image
    elif texture.media_type in TEXTURE_EXTENSIONS:
        name = TEXTURE_EXTENSIONS[texture.media_type]
        builder.require(name)
        item["extensions"] = {name: {"source": image}}
    else:
        raise ModelError(f"a texture of type {texture.media_type} cannot be written")
    return builder.add("textures", item)


def _add_sampler(builder: DocumentBuilder, sampler: Sampler) -> int:
    item = {
        "wrapS": _unless(sampler.wrap_s, 10497),
        "wrapT": _unless(sampler.wrap_t, 10497),
        "magFilter": sampler.mag_filter,
        "minFilter": sampler.min_filter,
    }
    return builder.add("samplers", _some(item))


def _unless(value: Any, default: Any) -> Any:
    return None if value == default else value


def _some(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if value is not None and value != {}}
