"""pygltflib dataclass -> JSON object of a glTF document."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Any

import pygltflib

KEY_ORDER: dict[type, tuple[str, ...]] = {
    pygltflib.Accessor: ("bufferView", "componentType", "count", "type", "normalized", "min", "max"),
    pygltflib.Asset: ("version", "generator"),
    pygltflib.BufferView: ("buffer", "byteOffset", "byteLength", "extensions", "byteStride", "target"),
    pygltflib.Buffer: ("byteLength", "extensions"),
    pygltflib.Image: ("bufferView", "mimeType"),
    pygltflib.Material: (
        "name",
        "pbrMetallicRoughness",
        "normalTexture",
        "occlusionTexture",
        "emissiveTexture",
        "emissiveFactor",
        "alphaMode",
        "alphaCutoff",
        "doubleSided",
        "extensions",
    ),
    pygltflib.Mesh: ("primitives",),
    pygltflib.Node: ("name", "children", "mesh", "translation", "scale"),
    pygltflib.NormalMaterialTexture: ("index", "extensions", "scale"),
    pygltflib.OcclusionTextureInfo: ("index", "extensions", "strength"),
    pygltflib.Primitive: ("attributes", "indices", "material", "extensions"),
    pygltflib.Sampler: ("wrapS", "wrapT", "magFilter", "minFilter"),
    pygltflib.Texture: ("sampler", "source", "extensions"),
    pygltflib.TextureInfo: ("index", "extensions"),
}
"""Keys that come first, so that a model gives the same bytes with any version of pygltflib."""
WRITTEN_AT_DEFAULT = frozenset({(pygltflib.Asset, "version"), (pygltflib.BufferView, "byteOffset")})


def to_json(value: Any) -> Any:
    """Convert dataclasses, and lists of them, to JSON; fields at the default of glTF 2.0 are left out.

    A property that holds only defaults becomes `{}` and is left out of the object around it.
    """
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, pygltflib.Attributes):
        return {name: index for name, index in vars(value).items() if index is not None}
    if not isinstance(value, pygltflib.Property):
        return value
    kind: type = type(value)
    found = {}
    for field in _ordered_fields(kind):
        item = getattr(value, field.name)
        if item is None or (item == _default(field) and (kind, field.name) not in WRITTEN_AT_DEFAULT):
            continue
        converted = to_json(item)
        if converted != {}:
            found[field.name] = converted
    return found


@cache
def _ordered_fields(kind: type) -> list[Field[Any]]:
    order = KEY_ORDER.get(kind, ())
    return sorted(fields(kind), key=lambda f: order.index(f.name) if f.name in order else len(order))


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()
