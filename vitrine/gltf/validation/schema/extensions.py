"""The extensions that are checked: where they may be, and the properties of their objects."""

from __future__ import annotations

import math
import re

from vitrine.gltf.validation.schema.core import NAME
from vitrine.gltf.validation.schema.fields import (
    Child,
    Children,
    Field,
    Index,
    Indices,
    Number,
    Numbers,
    Text,
    Uint,
)

PLACES: dict[str, dict[str, str]] = {
    "EXT_texture_webp": {"texture": "EXT_texture_webp"},
    "KHR_animation_pointer": {"target": "KHR_animation_pointer"},
    "KHR_lights_punctual": {"glTF": "lightList", "node": "lightReference"},
    "KHR_materials_anisotropy": {"material": "KHR_materials_anisotropy"},
    "KHR_materials_clearcoat": {"material": "KHR_materials_clearcoat"},
    "KHR_materials_dispersion": {"material": "KHR_materials_dispersion"},
    "KHR_materials_emissive_strength": {"material": "KHR_materials_emissive_strength"},
    "KHR_materials_ior": {"material": "KHR_materials_ior"},
    "KHR_materials_iridescence": {"material": "KHR_materials_iridescence"},
    "KHR_materials_pbrSpecularGlossiness": {"material": "KHR_materials_pbrSpecularGlossiness"},
    "KHR_materials_sheen": {"material": "KHR_materials_sheen"},
    "KHR_materials_specular": {"material": "KHR_materials_specular"},
    "KHR_materials_transmission": {"material": "KHR_materials_transmission"},
    "KHR_materials_unlit": {"material": "KHR_materials_unlit"},
    "KHR_materials_variants": {"glTF": "variantList", "primitive": "variantMappings"},
    "KHR_materials_volume": {"material": "KHR_materials_volume"},
    "KHR_mesh_quantization": {},
    "KHR_texture_transform": {
        "textureInfo": "KHR_texture_transform",
        "normalTextureInfo": "KHR_texture_transform",
        "occlusionTextureInfo": "KHR_texture_transform",
    },
}
"""Each extension that is checked: the types of object that may have it, and the type of its own object."""

ALONE = frozenset({"KHR_materials_pbrSpecularGlossiness", "KHR_materials_unlit"})
"""Extensions that do not go with others in one object."""

REQUIRED = frozenset({"KHR_mesh_quantization"})
"""Extensions that a file which uses them has to require."""

EXTENSION_NAME = re.compile(r"[A-Z0-9]+_[A-Za-z0-9_]+")
POINTER = re.compile(r"(?:/(?:[^/~]|~0|~1)*)*")


def _factor(name: str, default: float = math.nan) -> Number:
    return Number(name=name, minimum=0, maximum=1, default=default)


def _color(name: str, maximum: float = 1) -> Numbers:
    return Numbers(name=name, length=3, minimum=0, maximum=maximum)


def _texture(name: str, kind: str = "textureInfo") -> Child:
    return Child(name=name, kind=kind)


EXTENSION_OBJECTS: dict[str, tuple[Field, ...]] = {
    "EXT_texture_webp": (Index(name="source"),),
    "KHR_animation_pointer": (Text(name="pointer", required=True, pattern=POINTER),),
    "lightList": (Children(name="lights", kind="light"),),
    "light": (
        _color("color"),
        Number(name="intensity", minimum=0),
        Text(name="type", required=True, choices=("directional", "point", "spot")),
        Child(name="spot", kind="spot", required=True, when=("type", "spot")),
        Number(name="range", above=0),
        NAME,
    ),
    "spot": (
        Number(name="innerConeAngle", minimum=0, maximum=math.inf, default=0),
        Number(name="outerConeAngle", above=0, maximum=math.pi / 2, default=math.pi / 4),
    ),
    "lightReference": (Index(name="light", required=True),),
    "KHR_materials_anisotropy": (
        _factor("anisotropyStrength"),
        Number(name="anisotropyRotation"),
        _texture("anisotropyTexture"),
    ),
    "KHR_materials_clearcoat": (
        _factor("clearcoatFactor"),
        _texture("clearcoatTexture"),
        _factor("clearcoatRoughnessFactor"),
        _texture("clearcoatRoughnessTexture"),
        _texture("clearcoatNormalTexture", "normalTextureInfo"),
    ),
    "KHR_materials_dispersion": (Number(name="dispersion", minimum=0),),
    "KHR_materials_emissive_strength": (Number(name="emissiveStrength", minimum=0, default=1),),
    "KHR_materials_ior": (Number(name="ior", minimum=1, special=0),),
    "KHR_materials_iridescence": (
        _factor("iridescenceFactor"),
        _texture("iridescenceTexture"),
        Number(name="iridescenceIor", minimum=1),
        Number(name="iridescenceThicknessMinimum", minimum=0, default=100),
        Number(name="iridescenceThicknessMaximum", minimum=0, default=400),
        _texture("iridescenceThicknessTexture"),
    ),
    "KHR_materials_pbrSpecularGlossiness": (
        Numbers(name="diffuseFactor", length=4, minimum=0, maximum=1),
        _texture("diffuseTexture"),
        _color("specularFactor"),
        _factor("glossinessFactor"),
        _texture("specularGlossinessTexture"),
    ),
    "KHR_materials_sheen": (
        _color("sheenColorFactor"),
        _texture("sheenColorTexture"),
        _factor("sheenRoughnessFactor"),
        _texture("sheenRoughnessTexture"),
    ),
    "KHR_materials_specular": (
        _factor("specularFactor"),
        _texture("specularTexture"),
        _color("specularColorFactor", math.inf),
        _texture("specularColorTexture"),
    ),
    "KHR_materials_transmission": (_factor("transmissionFactor"), _texture("transmissionTexture")),
    "KHR_materials_unlit": (),
    "variantList": (Children(name="variants", kind="variant"),),
    "variant": (Text(name="name", required=True),),
    "variantMappings": (Children(name="mappings", kind="variantMapping"),),
    "variantMapping": (
        Indices(name="variants", required=True),
        Index(name="material", required=True),
        NAME,
    ),
    "KHR_materials_volume": (
        _color("attenuationColor"),
        Number(name="attenuationDistance", above=0),
        Number(name="thicknessFactor", minimum=0, default=0),
        _texture("thicknessTexture"),
    ),
    "KHR_texture_transform": (
        Numbers(name="offset", length=2),
        Number(name="rotation"),
        Numbers(name="scale", length=2),
        Uint(name="texCoord"),
    ),
}
