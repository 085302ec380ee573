"""Wavefront MTL materials, as trimesh parses them -> metallic-roughness materials."""

from __future__ import annotations

import io
import re
from collections.abc import KeysView
from pathlib import PurePosixPath
from typing import Any

import trimesh

from vitrine.codecs.images import sniff_media_type
from vitrine.findings import finding
from vitrine.gltf.container import DEFAULT_LIMITS
from vitrine.gltf.limits import require
from vitrine.gltf.model import Material, Texture
from vitrine.importers.model_files import ModelFiles
from vitrine.importers.pack_gltf import texture_missing
from vitrine.models import Finding

CORE_MEDIA_TYPES = ("image/png", "image/jpeg", "image/webp")
"""Stored byte for byte; other images (TGA, BMP, TIFF ...) are stored as PNG."""
MAP_OPTION = re.compile(r"^-\w+(\s+(on|off|[-+.\d]+\b))*\s+")
"""An option before the file name of an MTL map, such as `-s 1 1 1`."""
LEFT_OUT = re.compile(r"^(map_(?!d$).+|bump|norm|disp|decal|refl)$", re.IGNORECASE)


class MaterialFiles(trimesh.resolvers.Resolver):
    """trimesh's way to a model's other files; remembers which were asked for."""

    def __init__(self, files: ModelFiles) -> None:
        self.files = files
        self.found: dict[str, bytes] = {}
        self.missing: list[str] = []
        self.decoded: set[str] = set()
        """Names of images that became a texture"""
        self.left_out: dict[str, None] = {}
        """Properties of materials that have no counterpart here"""
        self.invisible: dict[str, None] = {}
        """Materials whose opacity is 0"""

    def get(self, key: str) -> bytes:
        """A file's bytes. Raises `FileNotFoundError`, which trimesh takes for an asset that is not there."""
        name = key.strip().strip('"')
        while match := MAP_OPTION.match(name):
            name = name[match.end() :]
        data = self.files.read(name)
        if data is None:
            self.missing.append(name)
            raise FileNotFoundError(name)
        self.found[key] = data
        return data

    def is_placeholder(self, image: Any) -> bool:
        """Whether an image is trimesh's own, dark gray: parts of an OBJ with UVs and no material get it."""
        is_obj = PurePosixPath(self.files.name).suffix.lower() == ".obj"
        return is_obj and "file_path" not in image.info

    def findings(self) -> tuple[Finding, ...]:
        """What the model refers to and was not used: missing or unreadable files, other maps."""
        found = []
        for name in dict.fromkeys(self.missing):
            if PurePosixPath(name).suffix.lower() == ".mtl":
                message = f"{name!r} is not beside the model: it has no materials"
                found.append(finding("MATERIALS_MISSING", message))
            else:
                found.append(texture_missing(name))
        for name in self.found:
            is_text = PurePosixPath(name.strip()).suffix.lower() == ".mtl"
            if not is_text and name not in self.decoded:
                found.append(texture_missing(name))
        if self.invisible:
            names = ", ".join(self.invisible)
            message = f"opacity 0 (d 0 or Tr 1) would hide the product: {names} is read as opaque"
            found.append(finding("FILE_REPAIRED", message))
        if self.left_out:
            message = f"{', '.join(self.left_out)}: these properties of MTL materials are not carried over"
            found.append(finding("MATERIAL_LEFT_OUT", message))
        return tuple(found)

    def keys(self) -> KeysView[str]:
        return self.found.keys()

    def namespaced(self, namespace: str) -> MaterialFiles:  # noqa: ARG002  # trimesh's interface
        return self

    def write(self, name: str, data: Any) -> None:
        raise NotImplementedError


def material_of(visual: Any, files: MaterialFiles) -> Material:
    """The material of a part: base colour, its texture, opacity, metallic, roughness and emission.

    `Kd` is taken as linear, as Blender writes it, and as white where there is none or a texture. The
    roughness is `Pr`, or (2 / (Ns + 2))^(1/4), which matches a Blinn-Phong lobe's width; metallic is `Pm`
    (both are the PBR extension of MTL that Blender writes). A material that would be invisible is read as
    opaque.
    """
    material = getattr(visual, "material", None)
    if not isinstance(material, trimesh.visual.material.SimpleMaterial):
        return Material(metallic_factor=0.0)
    options: dict[str, Any] = dict(material.kwargs or {})
    files.left_out |= dict.fromkeys(key for key in options if LEFT_OUT.match(key))
    texture = _texture(material.image, files)
    alpha = _opacity(options)
    color = (1.0, 1.0, 1.0)
    if texture is None and "kd" in options and material.diffuse is not None:
        red, green, blue = (float(level) / 255 for level in material.diffuse[:3])
        color = (red, green, blue)
    if alpha == 0:
        files.invisible[str(material.name or "")] = None
        alpha = 1.0
    exponent = options.get("ns", material.glossiness)
    roughness = (2 / (max(float(exponent), 0.0) + 2)) ** 0.25 if isinstance(exponent, int | float) else 1.0
    return Material(
        name=str(material.name or ""),
        base_color_factor=(*color, alpha),
        metallic_factor=_unit_number(options, "pm", 0.0),
        roughness_factor=_unit_number(options, "pr", roughness),
        emissive_factor=_emission(options),
        base_color=texture,
        alpha_mode="BLEND" if alpha < 1 or "map_d" in options else "OPAQUE",
    )


def _texture(image: Any, files: MaterialFiles) -> Texture | None:
    """The image's own bytes where glTF can hold them, else as PNG."""
    if image is None or files.is_placeholder(image):
        return None
    # Of a PLY file trimesh keeps no name, but that has one texture at most.
    name = image.info.get("file_path") or next(iter(files.found), "")
    files.decoded.add(name)
    data = files.found.get(name, b"")
    media_type = sniff_media_type(data)
    if media_type in CORE_MEDIA_TYPES:
        return Texture(data, media_type)
    require(DEFAULT_LIMITS, "texture_pixels", image.width * image.height, f"{name} has too many pixels")
    out = io.BytesIO()
    image.convert("RGBA" if "A" in image.mode or "transparency" in image.info else "RGB").save(out, "PNG")
    return Texture(out.getvalue(), "image/png")


def _unit_number(options: dict[str, Any], key: str, default: float) -> float:
    """The last number of a property, in 0 to 1."""
    try:
        return min(max(float(options[key][-1]), 0.0), 1.0)
    except (KeyError, IndexError, TypeError, ValueError):
        return default


def _emission(options: dict[str, Any]) -> tuple[float, float, float]:
    """`Ke` in 0 to 1, black without it."""
    try:
        red, green, blue = (min(max(float(level), 0.0), 1.0) for level in options["ke"])
    except (KeyError, TypeError, ValueError):
        return 0.0, 0.0, 0.0
    return red, green, blue


def _opacity(options: dict[str, Any]) -> float:
    """`d`, or 1 - `Tr`, in 0 to 1."""
    for key, opaque in (("d", 0.0), ("tr", 1.0)):
        try:
            value = float(options[key][-1])
        except (KeyError, IndexError, TypeError, ValueError):
            continue
        return min(max(abs(opaque - value), 0.0), 1.0)
    return 1.0
