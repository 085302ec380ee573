"""Material, textures and images -> `Material` record; the UVs that they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.codecs.images import name_image, sniff_media_type
from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.gltf.model import Material, Sampler, Texture
from vitrine.gltf.reader.buffers import ReaderContext, view_bytes
from vitrine.gltf.reader.data_uri import decode_data_uri
from vitrine.gltf.reader.material_extensions import checked_extensions

TRANSFORM = "KHR_texture_transform"
WRAPS = (10497, 33071, 33648)
"""REPEAT, which is the default, CLAMP_TO_EDGE, MIRRORED_REPEAT"""
FILTERS = (9728, 9729, 9984, 9985, 9986, 9987)
"""NEAREST, LINEAR, and those with mipmaps (glTF 2.0 section 5.26)"""
TEXTURE_EXTENSIONS = ("EXT_texture_webp", "KHR_texture_basisu", "EXT_texture_avif")


@dataclass(frozen=True, slots=True)
class UvMapping:
    """The UV set that a material reads, and its KHR_texture_transform: `uv @ linear.T + offset`."""

    tex_coord: int = 0
    linear: tuple[tuple[float, float], tuple[float, float]] = ((1.0, 0.0), (0.0, 1.0))
    offset: tuple[float, float] = (0.0, 0.0)

    def apply(self, uvs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Transform (n, 2) float32 UVs; the same array comes back for the identity."""
        if self.linear == ((1.0, 0.0), (0.0, 1.0)) and self.offset == (0.0, 0.0):
            return uvs
        transformed = uvs.astype(np.float64) @ np.array(self.linear).T + np.array(self.offset)
        return np.asarray(transformed, np.float32)


def read_material(context: ReaderContext, index: int) -> tuple[Material, tuple[UvMapping, ...]]:
    """Read a material, and the different UV mappings of its textures; `Texture.uv` counts them.

    There is at least one mapping; that of the base color texture is the first. Raises `ModelError` for broken
    fields.
    """
    data = context.item("materials", index, "a primitive")
    where = f"materials/{index}"
    pbr = data.get("pbrMetallicRoughness") or {}
    uses: dict[UvMapping, int] = {}

    def texture(parent: Mapping[str, Any], key: str) -> Texture | None:
        info = parent.get(key)
        return None if info is None else _texture(context, info, f"{where}/{key}", uses)

    base_color = texture(pbr, "baseColorTexture")
    textures: list[Texture] = []
    extensions = {
        name: _extension(context, value, f"{where}/{name}", textures, uses)
        for name, value in checked_extensions(context, data.get("extensions"), index).items()
    }
    normal_info, occlusion_info = data.get("normalTexture") or {}, data.get("occlusionTexture") or {}
    mode = data.get("alphaMode", "OPAQUE")
    if mode not in ("OPAQUE", "MASK", "BLEND"):
        raise ModelError(f"{where}/alphaMode is {mode!r}")
    material = Material(
        name=str(data.get("name", "")),
        base_color_factor=_tuple(
            pbr.get("baseColorFactor"), (1.0, 1.0, 1.0, 1.0), f"{where}/baseColorFactor"
        ),
        metallic_factor=_number(pbr.get("metallicFactor"), 1.0, f"{where}/metallicFactor"),
        roughness_factor=_number(pbr.get("roughnessFactor"), 1.0, f"{where}/roughnessFactor"),
        base_color=base_color,
        metallic_roughness=texture(pbr, "metallicRoughnessTexture"),
        normal=texture(data, "normalTexture"),
        normal_scale=_number(normal_info.get("scale"), 1.0, f"{where}/normalTexture/scale"),
        occlusion=texture(data, "occlusionTexture"),
        occlusion_strength=_number(occlusion_info.get("strength"), 1.0, f"{where}/occlusionTexture/strength"),
        emissive=texture(data, "emissiveTexture"),
        emissive_factor=_tuple(data.get("emissiveFactor"), (0.0, 0.0, 0.0), f"{where}/emissiveFactor"),
        alpha_mode=mode,
        alpha_cutoff=_number(data.get("alphaCutoff"), 0.5, f"{where}/alphaCutoff"),
        double_sided=data.get("doubleSided") is True,
        extensions=extensions,
        extension_textures=tuple(textures),
    )
    return material, tuple(uses) or (UvMapping(),)


def _extension(
    context: ReaderContext, value: Any, where: str, textures: list[Texture], uses: dict[UvMapping, int]
) -> Any:
    """A copy of an extension's JSON, its texture infos renumbered into `textures`."""
    if isinstance(value, list):
        return [_extension(context, item, where, textures, uses) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {}
    for key, item in value.items():
        if key.endswith("Texture") and isinstance(item, dict) and "index" in item:
            texture = _texture(context, item, f"{where}/{key}", uses)
            if texture is None:
                continue
            textures.append(texture)
            kept = {k: v for k, v in item.items() if k not in ("texCoord", "extensions")}
            copy[key] = kept | {"index": len(textures) - 1}
        else:
            copy[key] = _extension(context, item, where, textures, uses)
    return copy


def _texture(context: ReaderContext, info: Any, where: str, uses: dict[UvMapping, int]) -> Texture | None:
    texture = context.item("textures", info.get("index"), where)
    sampler = Sampler()
    if texture.get("sampler") is not None:
        item = context.item("samplers", texture["sampler"], where)
        wrap_s, wrap_t = (_choice(item.get(name), WRAPS) or WRAPS[0] for name in ("wrapS", "wrapT"))
        filters = (_choice(item.get(name), FILTERS) for name in ("magFilter", "minFilter"))
        sampler = Sampler(wrap_s, wrap_t, *filters)
    extensions = texture.get("extensions") or {}
    image = next((extensions[name]["source"] for name in TEXTURE_EXTENSIONS if name in extensions), None)
    plain = texture.get("source")
    if image is None or (plain is not None and "EXT_texture_webp" not in extensions):
        image = plain
    if image is None:
        message = f"{where}: textures/{info['index']} names no image, and is left out"
        context.report(finding("TEXTURE_MISSING", message, pointer=f"/textures/{info['index']}"))
        return None
    uv = uses.setdefault(_uv_use(info, where), len(uses))
    data, media_type = read_image(context, image, where)
    return Texture(data, media_type, sampler, uv)


def _choice(value: Any, known: tuple[int, ...]) -> int | None:
    """Return a value that the specification knows; `None` for any other, as if it were not there."""
    return value if type(value) is int and value in known else None


def read_image(context: ReaderContext, index: Any, user: str) -> tuple[bytes, str]:
    """An image's bytes and its media type, which is sniffed from the bytes.

    Raises `ModelError` for a format that glTF does not know.
    """
    image = context.item("images", index, user)
    if int(index) in context.images:
        return context.images[int(index)]
    if image.get("bufferView") is not None:
        data = bytes(view_bytes(context, image["bufferView"], f"images/{index}"))
    else:
        data = decode_data_uri(image.get("uri"), f"images/{index}", context.findings)
    media_type = sniff_media_type(data)
    if media_type is None:
        raise ModelError(
            f"images/{index} is {name_image(data)}, and glTF takes PNG, JPEG, WebP, AVIF and KTX2: "
            "export the model with PNG or JPEG"
        )
    context.images[int(index)] = data, media_type
    return data, media_type


def _uv_use(info: dict[str, Any], where: str) -> UvMapping:
    transform = (info.get("extensions") or {}).get(TRANSFORM)
    tex_coord = info.get("texCoord", 0)
    if transform is None:
        return UvMapping(tex_coord)
    x, y = _tuple(transform.get("offset"), (0.0, 0.0), f"{where}/{TRANSFORM}/offset")
    sx, sy = _tuple(transform.get("scale"), (1.0, 1.0), f"{where}/{TRANSFORM}/scale")
    angle = _number(transform.get("rotation"), 0.0, f"{where}/{TRANSFORM}/rotation")
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    # Translation * rotation * scale, as the extension states it, with u to the right and v down.
    linear = ((cos * sx, sin * sy), (-sin * sx, cos * sy))
    return UvMapping(transform.get("texCoord", tex_coord), linear, (x, y))


def _number(value: Any, default: float, where: str) -> float:
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise ModelError(f"{where} is {value!r}, not a number")
    return float(value)


def _tuple(value: Any, default: tuple[float, ...], where: str) -> Any:
    if value is None:
        return default
    if not isinstance(value, list) or len(value) != len(default):
        raise ModelError(f"{where} is {value!r}, not {len(default)} numbers")
    return tuple(_number(v, 0.0, where) for v in value)
