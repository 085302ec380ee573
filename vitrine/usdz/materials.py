"""glTF material -> UsdPreviewSurface (openusd.org/release/spec_usdpreviewsurface.html)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vitrine.codecs.images import has_alpha
from vitrine.gltf.model import Material, Texture
from vitrine.usdz.textures import TextureFiles, scaled_normals

WRAPS = {10497: "repeat", 33071: "clamp", 33648: "mirror"}
"""Wrap modes of glTF 2.0 section 5.26.3, and their names in UsdUVTexture"""
UVS = "st"
"""Name of the UVs' primvar, by convention"""


@dataclass(slots=True)
class MaterialWriter:
    """Writes the materials of one stage."""

    usd: Any
    stage: Any
    textures: TextureFiles

    def write(self, path: str, material: Material) -> Any:
        """Define a material at `path` and return it; a factor multiplies its texture as the input `scale`."""
        surface = _Surface(self, path)
        red, green, blue, alpha = material.base_color_factor
        base = surface.texture("base_color", material.base_color, (red, green, blue, alpha), srgb=True)
        surface.set("diffuseColor", "Color3f", (red, green, blue), base, "rgb")
        if material.alpha_mode != "OPAQUE":
            # Of an image without alpha, not every viewer takes the output `a` for 1 times its scale.
            surface.set("opacity", "Float", alpha, base if _has_alpha(material.base_color) else None, "a")
            cutoff = material.alpha_cutoff if material.alpha_mode == "MASK" else 0.0
            surface.set("opacityThreshold", "Float", cutoff)
        rough, metal = material.roughness_factor, material.metallic_factor
        packed = surface.texture("metallic_roughness", material.metallic_roughness, (1, rough, metal, 1))
        surface.set("metallic", "Float", metal, packed, "b")
        surface.set("roughness", "Float", rough, packed, "g")
        normal = surface.texture("normal", scaled_normals(material), (2, 2, 2, 1), (-1, -1, -1, 0))
        if normal is not None:
            surface.set("normal", "Normal3f", (0, 0, 1), normal, "rgb")
        strength = material.occlusion_strength
        scale, bias = (strength, strength, strength, 1), (1 - strength, 1 - strength, 1 - strength, 0)
        occlusion = surface.texture("occlusion", material.occlusion, scale, bias)
        if occlusion is not None:
            surface.set("occlusion", "Float", 1.0, occlusion, "r")
        if any(material.emissive_factor):
            factor = material.emissive_factor
            emissive = surface.texture("emissive", material.emissive, (*factor, 1), srgb=True)
            surface.set("emissiveColor", "Color3f", factor, emissive, "rgb")
        surface.set("useSpecularWorkflow", "Int", 0)
        return surface.material


def _has_alpha(texture: Texture | None) -> bool:
    return texture is not None and has_alpha(texture.data, texture.media_type)


class _Surface:
    """A material with its UsdPreviewSurface, to which inputs are added."""

    def __init__(self, writer: MaterialWriter, path: str) -> None:
        self._writer, self._types = writer, writer.usd.Sdf.ValueTypeNames
        self._path = path
        self.material = writer.usd.UsdShade.Material.Define(writer.stage, path)
        self._shader = self._node("surface", "UsdPreviewSurface")
        output = self._shader.CreateOutput("surface", self._types.Token)
        self.material.CreateSurfaceOutput().ConnectToSource(output)
        self._uvs: Any = None

    def set(self, name: str, kind: str, value: Any, texture: Any = None, channels: str = "") -> None:
        """Set an input to a value, or connect it to `channels` of a texture."""
        item = self._shader.CreateInput(name, getattr(self._types, kind))
        if texture is None:
            item.Set(value)
        else:
            kind_of_output = self._types.Float3 if channels == "rgb" else self._types.Float
            item.ConnectToSource(texture.CreateOutput(channels, kind_of_output))

    def texture(
        self,
        name: str,
        texture: Texture | None,
        scale: tuple[float, ...],
        bias: tuple[float, ...] = (0, 0, 0, 0),
        *,
        srgb: bool = False,
    ) -> Any:
        """Add a UsdUVTexture that reads the UVs; `None` without a texture."""
        if texture is None:
            return None
        node, types = self._node(name, "UsdUVTexture"), self._types
        gf = self._writer.usd.Gf
        node.CreateInput("file", types.Asset).Set(self._writer.textures.add(texture))
        node.CreateInput("st", types.Float2).ConnectToSource(self._uv_reader())
        node.CreateInput("sourceColorSpace", types.Token).Set("sRGB" if srgb else "raw")
        node.CreateInput("wrapS", types.Token).Set(WRAPS.get(texture.sampler.wrap_s, "repeat"))
        node.CreateInput("wrapT", types.Token).Set(WRAPS.get(texture.sampler.wrap_t, "repeat"))
        if any(factor != 1 for factor in scale):
            node.CreateInput("scale", types.Float4).Set(gf.Vec4f(*scale))
        if any(bias):
            node.CreateInput("bias", types.Float4).Set(gf.Vec4f(*bias))
        return node

    def _uv_reader(self) -> Any:
        if self._uvs is None:
            reader = self._node("uvs", "UsdPrimvarReader_float2")
            reader.CreateInput("varname", self._types.String).Set(UVS)
            self._uvs = reader.CreateOutput("result", self._types.Float2)
        return self._uvs

    def _node(self, name: str, kind: str) -> Any:
        node = self._writer.usd.UsdShade.Shader.Define(self._writer.stage, f"{self._path}/{name}")
        node.CreateIdAttr(kind)
        return node
