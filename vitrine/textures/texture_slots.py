"""The texture slots of materials: which textures a model uses, and what for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vitrine.codecs.images import Kind
from vitrine.gltf.model import Material, Texture

SLOTS: tuple[tuple[str, Kind], ...] = (
    ("base_color", "color"),
    ("metallic_roughness", "data"),
    ("normal", "normal"),
    ("occlusion", "data"),
    ("emissive", "color"),
)
"""The slots of core glTF 2.0 and what their texels mean"""


@dataclass(frozen=True, slots=True)
class TextureUse:
    """A texture and how its texels are used."""

    texture: Texture
    kind: Kind
    drop_alpha: bool
    """Nothing reads the alpha channel: the material is opaque, or the texture holds data"""


def texture_uses(materials: tuple[Material, ...]) -> dict[TextureUse, None]:
    """Return each use of a texture once, in the order in which the materials name them."""
    return {use: None for material in materials for _, _, use in _slots(material)}


def replace_textures(material: Material, new: dict[TextureUse, Texture]) -> Material:
    """Return a copy of a material with every texture replaced by that of its use in `new`."""
    changes: dict[str, Texture] = {}
    others = list(material.extension_textures)
    for name, number, use in _slots(material):
        if name:
            changes[name] = new[use]
        else:
            others[number] = new[use]
    return replace(material, **changes, extension_textures=tuple(others))  # type: ignore[arg-type]


def _slots(material: Material) -> Iterator[tuple[str, int, TextureUse]]:
    """Yield (slot, 0, use) for core slots and ("", index, use) for textures of extensions."""
    for name, kind in SLOTS:
        texture = getattr(material, name)
        if texture is not None:
            keeps_alpha = name == "base_color" and material.alpha_mode != "OPAQUE"
            yield name, 0, TextureUse(texture, kind, not keeps_alpha)
    kinds = dict(_extension_kinds(material.extensions))
    for number, texture in enumerate(material.extension_textures):
        # KHR_materials_specular keeps its strength in alpha, and other extensions are not known here.
        yield "", number, TextureUse(texture, kinds.get(number, "data"), False)


def _extension_kinds(value: object) -> Iterator[tuple[int, Kind]]:
    """Yield the index and kind of every texture in the JSON of extensions, told by its property's name."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _extension_kinds(item)
    elif hasattr(value, "items"):
        for key, item in value.items():
            if key.endswith("Texture") and isinstance(item, dict) and "index" in item:
                kind: Kind = "data"
                if "ormal" in key:
                    kind = "normal"
                elif "Color" in key or "diffuse" in key:
                    kind = "color"
                yield item["index"], kind
            else:
                yield from _extension_kinds(item)
