"""Changes to assets with extensions, and to quantized ones."""

from __future__ import annotations

from tests.gltf.validation.changes import Change, accessor, attributes, drop, patch, set_value, several, view

EXTENDED: dict[str, Change] = {
    "good": lambda _: None,
    "anisotropy-texcoord": set_value(
        "materials/0/extensions/KHR_materials_anisotropy/anisotropyTexture/texCoord", 1
    ),
    "clearcoat-texcoord": set_value(
        "materials/0/extensions/KHR_materials_clearcoat/clearcoatNormalTexture/texCoord", 1
    ),
    "dispersion-without-volume": drop("materials/0/extensions/KHR_materials_volume"),
    "emissive-zero": set_value("materials/0/emissiveFactor", [0, 0, 0]),
    "emissive-none": drop("materials/0/emissiveFactor"),
    "ior-0": set_value("materials/0/extensions/KHR_materials_ior/ior", 0),
    "ior-below-1": set_value("materials/0/extensions/KHR_materials_ior/ior", 0.5),
    "iridescence-equal": set_value(
        "materials/0/extensions/KHR_materials_iridescence/iridescenceThicknessMaximum", 100
    ),
    "iridescence-no-texture": drop(
        "materials/0/extensions/KHR_materials_iridescence/iridescenceThicknessTexture"
    ),
    "volume-double-sided": set_value("materials/0/doubleSided", True),
    "volume-no-transmission": drop("materials/0/extensions/KHR_materials_transmission"),
    "volume-distance-0": set_value("materials/0/extensions/KHR_materials_volume/attenuationDistance", 0),
    "unlit-with-others": set_value("materials/0/extensions/KHR_materials_unlit", {}),
    "glossiness-range": set_value(
        "materials/2/extensions/KHR_materials_pbrSpecularGlossiness/glossinessFactor", 2
    ),
    "sheen-range": set_value("materials/0/extensions/KHR_materials_sheen/sheenColorFactor", [2, 0, 0]),
    "specular-negative": set_value(
        "materials/0/extensions/KHR_materials_specular/specularColorFactor", [-1, 0, 0]
    ),
    "transform-texcoord": set_value("materials/0/normalTexture/extensions/KHR_texture_transform/texCoord", 3),
    "transform-wrong-place": set_value("materials/0/extensions/KHR_texture_transform", {}),
    "webp-source-missing": set_value("textures/1/extensions/EXT_texture_webp/source", 9),
    "webp-source-png": set_value("textures/1/extensions/EXT_texture_webp/source", 0),
    "webp-as-source": set_value("textures/1/source", 1),
    "webp-unknown-media-type": set_value("images/1/mimeType", "image/avif"),
    "light-missing": set_value("nodes/1/extensions/KHR_lights_punctual/light", 5),
    "light-unused": lambda a: a.doc["extensions"]["KHR_lights_punctual"]["lights"].append({"type": "point"}),
    "light-type": set_value("extensions/KHR_lights_punctual/lights/0/type", "area"),
    "light-spot-angles": set_value("extensions/KHR_lights_punctual/lights/0/spot/innerConeAngle", 0.5),
    "light-spot-wide": set_value("extensions/KHR_lights_punctual/lights/0/spot/outerConeAngle", 2),
    "light-spot-inner-wide": set_value("extensions/KHR_lights_punctual/lights/0/spot/innerConeAngle", 2),
    "light-spot-none": drop("extensions/KHR_lights_punctual/lights/0/spot"),
    "light-spot-unused": set_value("extensions/KHR_lights_punctual/lights/1/spot", {}),
    "light-range-unused": set_value("extensions/KHR_lights_punctual/lights/1/range", 3),
    "light-range-0": set_value("extensions/KHR_lights_punctual/lights/0/range", 0),
    "lights-none": drop("extensions/KHR_lights_punctual"),
    "lights-empty": set_value("extensions/KHR_lights_punctual/lights", []),
    "variant-twice": set_value(
        "meshes/0/primitives/0/extensions/KHR_materials_variants/mappings/1/variants", [0]
    ),
    "variant-missing": set_value(
        "meshes/0/primitives/0/extensions/KHR_materials_variants/mappings/1/variants", [9]
    ),
    "variant-material-missing": set_value(
        "meshes/0/primitives/0/extensions/KHR_materials_variants/mappings/1/material", 9
    ),
    "variants-none": drop("extensions/KHR_materials_variants"),
    "variant-name": drop("extensions/KHR_materials_variants/variants/0/name"),
    "pointer-node": set_value("animations/0/channels/0/target/node", 0),
    "pointer-path": set_value("animations/0/channels/0/target/path", "rotation"),
    "pointer-pattern": set_value(
        "animations/0/channels/0/target/extensions/KHR_animation_pointer/pointer", "nodes/0"
    ),
    "pointer-none": set_value("animations/0/channels/0/target/extensions/KHR_animation_pointer", {}),
    "no-tangent-space": several(drop("materials/0/normalTexture"), attributes(TANGENT=None)),
    "extension-not-used": lambda a: a.doc["extensionsUsed"].remove("KHR_materials_volume"),
}

QUANTIZED: dict[str, Change] = {
    "good": lambda _: None,
    "optional": drop("extensionsRequired"),
    "undeclared": lambda a: [a.doc.pop("extensionsUsed"), a.doc.pop("extensionsRequired")],
    "stride-none": lambda a: view(a, "POSITION").pop("byteStride"),
    "normal-zero": patch("NORMAL", "i1", 2, 0),
    "normal-near": patch("NORMAL", "i1", 2, 126),
    "normal-not-normalized": accessor("NORMAL", normalized=False),
    "position-u4": accessor("POSITION", componentType=5125),
    "max-wrong": accessor("POSITION", max=[9, 10, 0]),
    "max-float": accessor("POSITION", max=[9.0, 9.5, 0]),
    "max-range": accessor("POSITION", max=[40000, 9, 0]),
}
