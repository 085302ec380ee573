"""One small model for each feature of glTF materials that the renderer draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.rendering.glb import Shape, write_glb
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

RED = [0.7, 0.08, 0.05, 1.0]
GOLD = [1.0, 0.72, 0.3, 1.0]
CREAM = [0.8, 0.72, 0.6, 1.0]
Json = dict[str, Any]


def material(
    color: list[float] | None = None, metallic: float = 0.0, roughness: float = 0.5, **more: Any
) -> Json:
    """A material; `pbr` in `more` are further properties of `pbrMetallicRoughness`."""
    pbr = {"baseColorFactor": color or CREAM, "metallicFactor": metallic, "roughnessFactor": roughness}
    return {"pbrMetallicRoughness": pbr | more.pop("pbr", {}), **more}


def textured(roughness: float = 0.6, **more: Any) -> Json:
    """A material whose base colour is image 0."""
    return material([1, 1, 1, 1], 0.0, roughness, pbr={"baseColorTexture": {"index": 0}}, **more)


def extended(name: str, values: Json, **more: Any) -> Json:
    """A material with one extension."""
    return material(**more) | {"extensions": {f"KHR_materials_{name}": values}}


def _ball(*materials: Json, **images: Any) -> bytes:
    return write_glb([ball()], list(materials), **images)


def _balls(materials: list[Json]) -> bytes:
    """A row of balls, one for each material."""
    count = len(materials)
    shapes = [ball((2.1 * (n - (count - 1) / 2), 0, 0), material=n, rings=32) for n in range(count)]
    return write_glb(shapes, materials)


def _glass(glass: Json, *, shape: Shape | None = None) -> bytes:
    """Glass before a pattern."""
    return write_glb(
        [shape or ball(material=0), plate((0, 0, -1.6), 2.2, material=1)],
        [glass, textured(0.9)],
        [checker(10)],
    )


def _steps(make: Callable[[float], Json], *values: float) -> bytes:
    return _balls([make(value) for value in values])


def _uv_scaled(shape: Shape, scale: float, offset: float = 0.0) -> Shape:
    return with_attributes(
        shape, TEXCOORD_0=shape.attributes["TEXCOORD_0"] * np.float32(scale) + np.float32(offset)
    )


def _rainbow(shape: Shape, *, alpha: bool = False) -> Shape:
    uv = shape.attributes["TEXCOORD_0"]
    channels = [uv[:, 0], uv[:, 1], 1 - uv[:, 0]] + ([0.15 + 0.8 * uv[:, 0]] if alpha else [])
    return with_attributes(shape, COLOR_0=np.stack(channels, axis=1).astype(np.float32))


def _two_sets(shape: Shape) -> Shape:
    uv = shape.attributes["TEXCOORD_0"]
    turned = np.stack([uv[:, 1] * 2, 1 - uv[:, 0]], axis=1).astype(np.float32)
    return with_attributes(shape, TEXCOORD_1=turned)


def _mask_image() -> np.ndarray[Any, Any]:
    row, column = np.indices((128, 128))
    distance = np.hypot((row % 32) - 15.5, (column % 32) - 15.5)
    alpha = np.clip(255 - distance * 14, 0, 255).astype(np.uint8)
    return np.dstack([checker(4), alpha])


def _backed(front: Json, images: list[Any], *, shapes: list[Shape] | None = None) -> bytes:
    """A front plate before a plain plate."""
    behind = plate((0, 0, -0.8), 1.3, material=1)
    return write_glb([*(shapes or [plate()]), behind], [front, material([0.1, 0.25, 0.5, 1], 0, 0.8)], images)


def _transform(**values: Any) -> Json:
    return {"index": 0, "extensions": {"KHR_texture_transform": values}}


def _base(info: Json, **more: Any) -> Json:
    return material([1, 1, 1, 1], 0.0, 0.6, pbr={"baseColorTexture": info}, **more)


def _sampled(wrap_s: int, wrap_t: int, **filters: int) -> bytes:
    sampler = {"wrapS": wrap_s, "wrapT": wrap_t, **filters}
    return write_glb([_uv_scaled(plate(), 3, -1)], [textured()], [letter()], [sampler])


PIXELS = np.array([[(200, 40, 30), (30, 160, 60), (40, 60, 200), (230, 200, 60)]] * 4, np.uint8)
PIXELS[1::2] = PIXELS[1::2, ::-1]
CLAMP, MIRROR, REPEAT, NEAREST = 33071, 33648, 10497, 9728

FEATURES: dict[str, Callable[[], bytes]] = {
    "dielectric, roughness 0 … 1": lambda: _steps(lambda r: material(RED, 0, r), 0.0, 0.25, 0.5, 1.0),
    "metal, roughness 0 … 1": lambda: _steps(lambda r: material(GOLD, 1, r), 0.0, 0.25, 0.5, 1.0),
    "metallic 0 … 1": lambda: _steps(lambda m: material(CREAM, m, 0.4), 0.0, 0.33, 0.67, 1.0),
    "base colour texture": lambda: _ball(textured(), images=[checker()]),
    "metallic-roughness texture": lambda: _ball(
        material(CREAM, 1, 1, pbr={"metallicRoughnessTexture": {"index": 0}}),
        images=[bands([(0, 40, 0), (0, 40, 255), (0, 200, 0), (0, 200, 255)])],
    ),
    "default material": lambda: write_glb([ball()], []),
    "flat normals": lambda: write_glb(
        [with_attributes(ball(rings=8), NORMAL=None, TANGENT=None)], [material(RED)]
    ),
    "vertex colours": lambda: write_glb([_rainbow(ball())], [material([1, 1, 1, 1])]),
    "vertex colours × texture": lambda: write_glb([_rainbow(ball())], [textured()], [checker()]),
    "alpha blend": lambda: _backed(material([0.8, 0.1, 0.05, 0.4], alphaMode="BLEND"), []),
    "alpha blend by vertex colours": lambda: _backed(
        material([1, 1, 1, 1], alphaMode="BLEND"), [], shapes=[_rainbow(plate(cells=8), alpha=True)]
    ),
    "alpha mask, cutoff 0.5": lambda: _backed(textured(alphaMode="MASK"), [_mask_image()]),
    "alpha mask, cutoff 0.8": lambda: _backed(textured(alphaMode="MASK", alphaCutoff=0.8), [_mask_image()]),
    "opaque ignores alpha": lambda: _backed(textured(), [_mask_image()]),
    "wrap: repeat": lambda: _sampled(REPEAT, REPEAT),
    "wrap: clamp to edge": lambda: _sampled(CLAMP, CLAMP),
    "wrap: mirrored repeat": lambda: _sampled(MIRROR, MIRROR),
    "wrap: mixed": lambda: _sampled(CLAMP, MIRROR),
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
    "normal map": lambda: _ball(material(CREAM, 0, 0.35, normalTexture={"index": 0}), images=[waves()]),
    "normal scale 0.4": lambda: _ball(
        material(CREAM, 0, 0.35, normalTexture={"index": 0, "scale": 0.4}), images=[waves()]
    ),
    "occlusion, strength 0.7": lambda: _ball(
        material(CREAM, 0, 0.6, occlusionTexture={"index": 0, "strength": 0.7}),
        images=[bands([(255, 0, 0), (60, 0, 0), (160, 0, 0), (0, 0, 0)])],
    ),
    "emissive": lambda: _ball(
        material([0.02, 0.02, 0.02, 1], emissiveFactor=[0.6, 0.4, 0.1], emissiveTexture={"index": 0}),
        images=[checker(6, dark=(0, 0, 0), light=(255, 255, 255))],
    ),
    "emissive strength": lambda: _steps(
        lambda s: (
            extended("emissive_strength", {"emissiveStrength": s}) | {"emissiveFactor": [0.2, 0.1, 0.02]}
        ),
        0.0,
        2.0,
        8.0,
    ),
    "unlit": lambda: write_glb([ball()], [textured(extensions={"KHR_materials_unlit": {}})], [checker()]),
    "ior 1 … 2": lambda: _steps(
        lambda i: extended("ior", {"ior": i}, color=RED, roughness=0.15), 1.0, 1.5, 2.0
    ),
    "specular factor": lambda: _steps(
        lambda s: extended("specular", {"specularFactor": s}, color=RED, roughness=0.15), 0.0, 0.5, 1.0
    ),
    "specular colour": lambda: _balls(
        [
            extended("specular", {"specularColorFactor": color}, color=[0.05, 0.05, 0.05, 1], roughness=0.2)
            for color in ([1, 1, 1], [4, 1, 0.2], [0.1, 2, 5])
        ]
    ),
    "clearcoat": lambda: _steps(
        lambda c: extended("clearcoat", {"clearcoatFactor": c}, color=RED, metallic=0.5, roughness=0.8),
        0.0,
        0.5,
        1.0,
    ),
    "clearcoat roughness": lambda: _steps(
        lambda r: extended(
            "clearcoat", {"clearcoatFactor": 1, "clearcoatRoughnessFactor": r}, color=RED, roughness=0.9
        ),
        0.1,
        0.5,
        1.0,
    ),
    "clearcoat over a normal map": lambda: _ball(
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
    "sheen": lambda: _steps(
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
    "iridescence": lambda: _steps(
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
    "anisotropy": lambda: _steps(
        lambda s: extended("anisotropy", {"anisotropyStrength": s}, color=GOLD, metallic=1, roughness=0.4),
        0.0,
        0.5,
        1.0,
    ),
    "transmission": lambda: _glass(
        extended("transmission", {"transmissionFactor": 1}, color=[1, 1, 1, 1], roughness=0)
    ),
    "transmission, tinted": lambda: _glass(
        extended("transmission", {"transmissionFactor": 0.8}, color=[0.4, 0.8, 0.5, 1], roughness=0)
    ),
    "transmission, rough": lambda: _glass(
        extended("transmission", {"transmissionFactor": 1}, color=[1, 1, 1, 1], roughness=0.4)
    ),
    "volume: refraction": lambda: _glass(
        material([1, 1, 1, 1], 0, 0)
        | {
            "extensions": {
                "KHR_materials_transmission": {"transmissionFactor": 1},
                "KHR_materials_volume": {"thicknessFactor": 0.5},
                "KHR_materials_ior": {"ior": 1.3},
            }
        }
    ),
    "volume: attenuation": lambda: _glass(
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
    "dispersion": lambda: _glass(
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
        [plate()], [_base(_transform(offset=[0.2, 0.1], scale=[2, 2], rotation=0.5))], [letter()]
    ),
    "several UV sets": lambda: write_glb(
        [_two_sets(ball())],
        [_base({"index": 0, "texCoord": 1}, emissiveTexture={"index": 1}, emissiveFactor=[0.3, 0.3, 0.3])],
        [letter(), checker(6)],
    ),
    "different texture transforms": lambda: write_glb(
        [ball()],
        [
            _base(_transform(scale=[3, 2]), emissiveFactor=[0.3, 0.3, 0.3])
            | {
                "emissiveTexture": {
                    "index": 1,
                    "extensions": {"KHR_texture_transform": {"offset": [0.3, 0.1]}},
                }
            }
        ],
        [letter(), checker(6)],
    ),
    "specular-glossiness": lambda: _balls(
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
