"""KHR_materials_pbrSpecularGlossiness -> metallic-roughness, which is all that viewers read today.

The conversion is that of the extension's own appendix ("examples/convert-between-workflows" of the Khronos
glTF repository): the metallic value is solved from the brightness of the diffuse and the specular colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.codecs.images import Kind, decode_image, encode_png
from vitrine.findings import finding
from vitrine.gltf.model import Material, Model, Texture
from vitrine.models import Finding
from vitrine.plain_text import count_of
from vitrine.textures.color_space import LINEAR_OF_BYTE, to_srgb, unit_to_byte
from vitrine.textures.downsample import resize

Array = npt.NDArray[np.float64]
NAME = "KHR_materials_pbrSpecularGlossiness"
DIELECTRIC = 0.04
"""Reflectance of a material that is no metal, as metallic-roughness fixes it."""
SMALL = 1e-6
SAME_BYTE = 2
"""Values that differ by no more, of 255, become a factor."""


def convert_specular_glossiness(model: Model) -> tuple[Model, tuple[Finding, ...]]:
    """Return a copy with metallic-roughness materials only, with a finding; the model itself without others.

    Raises `ModelError` for a texture that does not decode.
    """
    if not any(NAME in material.extensions for material in model.materials):
        return model, ()
    materials = tuple(
        _converted(material) if NAME in material.extensions else material for material in model.materials
    )
    count = sum(NAME in material.extensions for material in model.materials)
    message = f"{count_of(count, 'material')} converted from {NAME} to metallic-roughness"
    return replace(model, materials=materials), (finding("MATERIAL_CONVERTED", message),)


def metallic_of(diffuse: Array, specular: Array) -> tuple[Array, Array]:
    """Return base colours (n, 3) and metallic values (n,) for linear diffuse and specular colours (n, 3)."""
    strength = 1 - specular.max(axis=1)
    d, s = _brightness(diffuse), _brightness(specular)
    b = d * strength / (1 - DIELECTRIC) + s - 2 * DIELECTRIC
    root = np.sqrt(np.maximum(b * b - 4 * DIELECTRIC * (DIELECTRIC - s), 0))
    metallic = np.where(s < DIELECTRIC, 0.0, np.clip((root - b) / (2 * DIELECTRIC), 0, 1))
    from_diffuse = diffuse * (strength / (1 - DIELECTRIC) / np.maximum(1 - metallic, SMALL))[:, None]
    from_specular = (specular - DIELECTRIC * (1 - metallic[:, None])) / np.maximum(metallic, SMALL)[:, None]
    share = (metallic * metallic)[:, None]
    return np.clip(from_diffuse * (1 - share) + from_specular * share, 0, 1), metallic


def _brightness(colors: Array) -> Array:
    return np.asarray(np.sqrt(colors * colors @ np.array([0.299, 0.587, 0.114])))


def _converted(material: Material) -> Material:
    settings: Mapping[str, Any] = material.extensions[NAME]
    diffuse, gloss = (
        _texture(material, settings, key) for key in ("diffuseTexture", "specularGlossinessTexture")
    )
    factor = np.array(settings.get("diffuseFactor", (1, 1, 1, 1)), np.float64)
    specular_factor = np.array(settings.get("specularFactor", (1, 1, 1)), np.float64)
    glossiness = float(settings.get("glossinessFactor", 1))
    others = {name: value for name, value in material.extensions.items() if name != NAME}
    plain = replace(material, extensions=others, base_color=None, metallic_roughness=None)
    if gloss is None and bool((specular_factor <= DIELECTRIC + 0.01).all()):
        # No metal: the diffuse colour is the base colour, and its texture stays as it is.
        return replace(
            plain,
            base_color=diffuse,
            base_color_factor=_rgba(factor),
            metallic_factor=0.0,
            roughness_factor=1 - glossiness,
        )
    shape = _common_shape([texture for texture in (diffuse, gloss) if texture is not None])
    color, alpha = _linear(diffuse, shape)
    reflectance, shininess = _linear(gloss, shape)
    base, metallic = metallic_of(color * factor[:3], reflectance * specular_factor)
    roughness = 1 - shininess * glossiness
    if shape == (1, 1):
        return replace(
            plain,
            base_color_factor=_rgba(np.append(base[0], alpha[0] * factor[3])),
            metallic_factor=float(metallic[0]),
            roughness_factor=float(roughness[0]),
        )
    like = diffuse or gloss
    assert like is not None
    rgba = np.column_stack([to_srgb(base.astype(np.float32)), unit_to_byte(alpha)]).reshape(*shape, 4)
    orm = np.column_stack(
        [np.full(len(base), 255, np.uint8), unit_to_byte(roughness), unit_to_byte(metallic)]
    )
    spread = np.ptp(orm, axis=0)
    varies = bool((spread > SAME_BYTE).any())
    return replace(
        plain,
        base_color=_png(rgba if bool((alpha < 1).any()) else rgba[..., :3], like),
        base_color_factor=(1.0, 1.0, 1.0, float(factor[3])),
        metallic_roughness=_png(orm.reshape(*shape, 3), like) if varies else None,
        metallic_factor=1.0 if varies else float(metallic.mean()),
        roughness_factor=1.0 if varies else float(roughness.mean()),
    )


def _rgba(values: Array) -> tuple[float, float, float, float]:
    red, green, blue, alpha = (float(value) for value in values)
    return red, green, blue, alpha


def _texture(material: Material, settings: Mapping[str, Any], key: str) -> Texture | None:
    info = settings.get(key)
    return None if info is None else material.extension_textures[info["index"]]


def _common_shape(textures: list[Texture]) -> tuple[int, int]:
    """Height and width of the larger of some images; (1, 1) without any."""
    shapes = [decode_image(texture.data, texture.media_type).shape[:2] for texture in textures]
    return max((shape[0] for shape in shapes), default=1), max((shape[1] for shape in shapes), default=1)


def _linear(texture: Texture | None, shape: tuple[int, int]) -> tuple[Array, Array]:
    """Linear colours (n, 3) and alpha (n,) of an image brought to a shape; white without one."""
    count = shape[0] * shape[1]
    if texture is None:
        return np.ones((count, 3)), np.ones(count)
    pixels = decode_image(texture.data, texture.media_type)
    alpha = pixels[..., 3:] if pixels.shape[2] == 4 else np.full((*pixels.shape[:2], 1), 255, np.uint8)
    size = (shape[1], shape[0])
    kinds: tuple[tuple[Any, Kind], ...] = ((pixels[..., :3], "color"), (alpha, "data"))
    rgb, a = (resize(np.ascontiguousarray(part), size, kind).reshape(count, -1) for part, kind in kinds)
    return LINEAR_OF_BYTE[rgb].astype(np.float64), a[:, 0] / 255


def _png(pixels: npt.NDArray[np.uint8], like: Texture) -> Texture:
    return replace(like, data=encode_png(pixels), media_type="image/png")
