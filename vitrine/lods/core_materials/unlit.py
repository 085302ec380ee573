"""KHR_materials_unlit -> emissive light, or a rough surface."""

from __future__ import annotations

from dataclasses import replace

from vitrine.gltf.model import Material

NAME = "KHR_materials_unlit"


def bake_unlit(material: Material, *, vertex_colors: bool) -> Material:
    """Return a lit material that shows the base colour in any light: it emits it, and reflects none.

    Vertex colours multiply the base colour alone; with them it stays where it is, on a rough surface that is
    no metal, which the extension recommends as its fallback.
    """
    rough = replace(
        material,
        metallic_factor=0.0,
        roughness_factor=1.0,
        metallic_roughness=None,
        normal=None,
        occlusion=None,
        emissive=None,
        emissive_factor=(0.0, 0.0, 0.0),
        extensions={},
        extension_textures=(),
    )
    if vertex_colors:
        return rough
    red, green, blue, alpha = material.base_color_factor
    return replace(
        rough,
        emissive=material.base_color,
        emissive_factor=(red, green, blue),
        base_color=None if material.alpha_mode == "OPAQUE" else material.base_color,
        base_color_factor=(0.0, 0.0, 0.0, alpha),
    )
