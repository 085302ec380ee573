from __future__ import annotations

from vitrine.gltf.model import Material, Texture
from vitrine.textures.texture_slots import TextureUse, replace_textures, texture_uses

RED, GREEN, BLUE = (Texture(name, "image/png") for name in (b"red", b"green", b"blue"))


def test_each_use_is_listed_once_in_order() -> None:
    materials = (
        Material(base_color=RED, normal=GREEN),
        Material(base_color=RED, metallic_roughness=BLUE, occlusion=BLUE),
        Material(base_color=RED, alpha_mode="BLEND"),
    )
    assert list(texture_uses(materials)) == [
        TextureUse(RED, "color", True),
        TextureUse(GREEN, "normal", True),
        TextureUse(BLUE, "data", True),
        TextureUse(RED, "color", False),
    ]


def test_textures_of_extensions_have_the_kind_their_names_tell() -> None:
    extensions = {
        "KHR_materials_clearcoat": {"clearcoatNormalTexture": {"index": 0}},
        "KHR_materials_specular": {"specularTexture": {"index": 1}, "specularColorTexture": {"index": 2}},
    }
    material = Material(extensions=extensions, extension_textures=(RED, GREEN, BLUE))
    assert [(use.kind, use.drop_alpha) for use in texture_uses((material,))] == [
        ("normal", False),
        ("data", False),
        ("color", False),
    ]


def test_textures_are_replaced_by_use() -> None:
    material = Material(base_color=RED, emissive=RED, extension_textures=(GREEN,))
    new = {use: Texture(use.texture.data.upper(), "image/webp") for use in texture_uses((material,))}
    replaced = replace_textures(material, new)
    assert replaced.base_color == replaced.emissive == Texture(b"RED", "image/webp")
    assert replaced.extension_textures == (Texture(b"GREEN", "image/webp"),)
    assert material.base_color is RED
