"""One small model for each feature of glTF materials that the renderer draws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.rendering.feature_materials import (
    CREAM,
    GOLD,
    RED,
    backed_glb,
    ball_glb,
    balls_glb,
    base_textured,
    extended,
    glass_glb,
    mask_image,
    material,
    rainbow,
    sampled_glb,
    steps_glb,
    textured,
    transform,
    two_uv_sets,
)
from benchmarks.rendering.glb import write_glb
from benchmarks.rendering.shapes import (
    ball,
    bands,
    checker,
    flipped,
    letter,
    plate,
    tube,
    waves,
    with_attributes,
)

PIXELS = np.array([[(200, 40, 30), (30, 160, 60), (40, 60, 200), (230, 200, 60)]] * 4, np.uint8)
PIXELS[1::2] = PIXELS[1::2, ::-1]
CLAMP, MIRROR, REPEAT, NEAREST = 33071, 33648, 10497, 9728

FEATURES: dict[str, Callable[[], bytes]] = {
    "dielectric, roughness 0 … 1": lambda: steps_glb(lambda r: material(RED, 0, r), 0.0, 0.25, 0.5, 1.0),
    "metal, roughness 0 … 1": lambda: steps_glb(lambda r: material(GOLD, 1, r), 0.0, 0.25, 0.5, 1.0),
    "metallic 0 … 1": lambda: steps_glb(lambda m: material(CREAM, m, 0.4), 0.0, 0.33, 0.67, 1.0),
    "base colour texture": lambda: ball_glb(textured(), images=[checker()]),
    "metallic-roughness texture": lambda: ball_glb(
        material(CREAM, 1, 1, pbr={"metallicRoughnessTexture": {"index": 0}}),
        images=[bands([(0, 40, 0), (0, 40, 255), (0, 200, 0), (0, 200, 255)])],
    ),
    "default material": lambda: write_glb([ball()], []),
    "flat normals": lambda: write_glb(
        [with_attributes(ball(rings=8), NORMAL=None, TANGENT=None)], [material(RED)]
    ),
    "vertex colours": lambda: write_glb([rainbow(ball())], [material([1, 1, 1, 1])]),
    "vertex colours × texture": lambda: write_glb([rainbow(ball())], [textured()], [checker()]),
    "alpha blend": lambda: backed_glb(material([0.8, 0.1, 0.05, 0.4], alphaMode="BLEND"), []),
    "alpha blend by vertex colours": lambda: backed_glb(
        material([1, 1, 1, 1], alphaMode="BLEND"), [], shapes=[rainbow(plate(cells=8), alpha=True)]
    ),
    "alpha mask, cutoff 0.5": lambda: backed_glb(textured(alphaMode="MASK"), [mask_image()]),
    "alpha mask, cutoff 0.8": lambda: backed_glb(textured(alphaMode="MASK", alphaCutoff=0.8), [mask_image()]),
    "opaque ignores alpha": lambda: backed_glb(textured(), [mask_image()]),
    "wrap: repeat": lambda: sampled_glb(REPEAT, REPEAT),
    "wrap: clamp to edge": lambda: sampled_glb(CLAMP, CLAMP),
    "wrap: mirrored repeat": lambda: sampled_glb(MIRROR, MIRROR),
    "wrap: mixed": lambda: sampled_glb(CLAMP, MIRROR),
    "filter: nearest": lambda: write_glb(
        [plate()], [textured()], [PIXELS], [{"magFilter": NEAREST, "minFilter": NEAREST}]
    ),
    "filter: linear": lambda: write_glb(
        [plate()], [textured()], [PIXELS], [{"wrapS": CLAMP, "wrapT": CLAMP}]
    ),
    "single-sided": lambda: write_glb([tube(scale=[1, 0.7, 1])], [material(RED)]),
    "double-sided": lambda: write_glb([tube(scale=[1, 0.7, 1])], [material(RED, doubleSided=True)]),
    "turned inside out": lambda: write_glb([flipped(ball())], [material(RED)]),
    "mirrored node": lambda: write_glb(
        [with_attributes(ball(scale=[-1, 1, 1]), TANGENT=None)],
        [textured(normalTexture={"index": 1})],
        [letter(), waves()],
    ),
    "normal map, back side": lambda: write_glb(
        [plate(rotation=[0, 1, 0, 0])],
        [material(CREAM, 0, 0.35, doubleSided=True, normalTexture={"index": 0})],
        [waves(count=3)],
    ),
    "normal map": lambda: ball_glb(material(CREAM, 0, 0.35, normalTexture={"index": 0}), images=[waves()]),
    "normal scale 0.4": lambda: ball_glb(
        material(CREAM, 0, 0.35, normalTexture={"index": 0, "scale": 0.4}), images=[waves()]
    ),
    "occlusion, strength 0.7": lambda: ball_glb(
        material(CREAM, 0, 0.6, occlusionTexture={"index": 0, "strength": 0.7}),
        images=[bands([(255, 0, 0), (60, 0, 0), (160, 0, 0), (0, 0, 0)])],
    ),
    "emissive": lambda: ball_glb(
        material([0.02, 0.02, 0.02, 1], emissiveFactor=[0.6, 0.4, 0.1], emissiveTexture={"index": 0}),
        images=[checker(6, dark=(0, 0, 0), light=(255, 255, 255))],
    ),
    "emissive strength": lambda: steps_glb(
        lambda s: (
            extended("emissive_strength", {"emissiveStrength": s}) | {"emissiveFactor": [0.2, 0.1, 0.02]}
        ),
        0.0,
        2.0,
        8.0,
    ),
    "unlit": lambda: write_glb([ball()], [textured(extensions={"KHR_materials_unlit": {}})], [checker()]),
    "ior 1 … 2": lambda: steps_glb(
        lambda i: extended("ior", {"ior": i}, color=RED, roughness=0.15), 1.0, 1.5, 2.0
    ),
    "specular factor": lambda: steps_glb(
        lambda s: extended("specular", {"specularFactor": s}, color=RED, roughness=0.15), 0.0, 0.5, 1.0
    ),
    "specular colour": lambda: balls_glb(
        [
            extended("specular", {"specularColorFactor": color}, color=[0.05, 0.05, 0.05, 1], roughness=0.2)
            for color in ([1, 1, 1], [4, 1, 0.2], [0.1, 2, 5])
        ]
    ),
    "clearcoat": lambda: steps_glb(
        lambda c: extended("clearcoat", {"clearcoatFactor": c}, color=RED, metallic=0.5, roughness=0.8),
        0.0,
        0.5,
        1.0,
    ),
    "clearcoat roughness": lambda: steps_glb(
        lambda r: extended(
            "clearcoat", {"clearcoatFactor": 1, "clearcoatRoughnessFactor": r}, color=RED, roughness=0.9
        ),
        0.1,
        0.5,
        1.0,
    ),
    "clearcoat over a normal map": lambda: ball_glb(
        extended("clearcoat", {"clearcoatFactor": 1}, color=RED, roughness=0.6)
        | {"normalTexture": {"index": 0}},
        images=[waves()],
    ),
    "clearcoat normal map": lambda: write_glb(
        [plate()],
        [
            extended(
                "clearcoat",
                {"clearcoatFactor": 1, "clearcoatNormalTexture": {"index": 0}},
                color=RED,
                roughness=0.9,
            )
        ],
        [waves(count=3)],
    ),
    "sheen": lambda: steps_glb(
        lambda r: extended(
            "sheen",
            {"sheenColorFactor": [0.7, 0.7, 0.9], "sheenRoughnessFactor": r},
            color=[0.1, 0.02, 0.05, 1],
            roughness=0.9,
        ),
        0.2,
        0.5,
        1.0,
    ),
    "iridescence": lambda: steps_glb(
        lambda t: extended(
            "iridescence",
            {"iridescenceFactor": 1, "iridescenceIor": 1.3, "iridescenceThicknessMaximum": t},
            color=[0.9, 0.9, 0.9, 1],
            metallic=1,
            roughness=0.25,
        ),
        200,
        400,
        700,
    ),
    "anisotropy": lambda: steps_glb(
        lambda s: extended("anisotropy", {"anisotropyStrength": s}, color=GOLD, metallic=1, roughness=0.4),
        0.0,
        0.5,
        1.0,
    ),
    "transmission": lambda: glass_glb(
        extended("transmission", {"transmissionFactor": 1}, color=[1, 1, 1, 1], roughness=0)
    ),
    "transmission, tinted": lambda: glass_glb(
        extended("transmission", {"transmissionFactor": 0.8}, color=[0.4, 0.8, 0.5, 1], roughness=0)
    ),
    "transmission, rough": lambda: glass_glb(
        extended("transmission", {"transmissionFactor": 1}, color=[1, 1, 1, 1], roughness=0.4)
    ),
    "volume: refraction": lambda: glass_glb(
        material([1, 1, 1, 1], 0, 0)
        | {
            "extensions": {
                "KHR_materials_transmission": {"transmissionFactor": 1},
                "KHR_materials_volume": {"thicknessFactor": 0.5},
                "KHR_materials_ior": {"ior": 1.3},
            }
        }
    ),
    "volume: attenuation": lambda: glass_glb(
        material([1, 1, 1, 1], 0, 0)
        | {
            "extensions": {
                "KHR_materials_transmission": {"transmissionFactor": 1},
                "KHR_materials_volume": {
                    "thicknessFactor": 0.3,
                    "attenuationDistance": 0.3,
                    "attenuationColor": [0.2, 0.6, 0.4],
                },
            }
        }
    ),
    "dispersion": lambda: glass_glb(
        material([1, 1, 1, 1], 0, 0)
        | {
            "extensions": {
                "KHR_materials_transmission": {"transmissionFactor": 1},
                "KHR_materials_volume": {"thicknessFactor": 0.5},
                "KHR_materials_ior": {"ior": 1.3},
                "KHR_materials_dispersion": {"dispersion": 5},
            }
        }
    ),
    "texture transform": lambda: write_glb(
        [plate()], [base_textured(transform(offset=[0.2, 0.1], scale=[2, 2], rotation=0.5))], [letter()]
    ),
    "several UV sets": lambda: write_glb(
        [two_uv_sets(ball())],
        [
            base_textured(
                {"index": 0, "texCoord": 1}, emissiveTexture={"index": 1}, emissiveFactor=[0.3, 0.3, 0.3]
            )
        ],
        [letter(), checker(6)],
    ),
    "different texture transforms": lambda: write_glb(
        [ball()],
        [
            base_textured(transform(scale=[3, 2]), emissiveFactor=[0.3, 0.3, 0.3])
            | {
                "emissiveTexture": {
                    "index": 1,
                    "extensions": {"KHR_texture_transform": {"offset": [0.3, 0.1]}},
                }
            }
        ],
        [letter(), checker(6)],
    ),
    "specular-glossiness": lambda: balls_glb(
        [
            extended(
                "pbrSpecularGlossiness",
                {"diffuseFactor": diffuse, "specularFactor": specular, "glossinessFactor": g},
            )
            for diffuse, specular, g in (
                (RED, [0.04, 0.04, 0.04], 0.6),
                ([0.02, 0.02, 0.02, 1], [0.9, 0.6, 0.25], 0.7),
                ([0.5, 0.5, 0.5, 1], [0.2, 0.2, 0.2], 0.9),
            )
        ]
    ),
}
"""A GLB for each feature"""
