"""Bake vertex colours into base colour textures: AR Quick Look draws none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.arrays import Bools, Floats
from vitrine.codecs.images import decode_image, encode_png, image_size
from vitrine.findings import finding
from vitrine.geometry.unwrap import unwrap
from vitrine.gltf.model import Material, Mesh, Model, Texture
from vitrine.lods.core_materials.to_core import has_vertex_colors
from vitrine.models import Finding
from vitrine.render.rays.covered_texels import covered_texels
from vitrine.repair.uv_sets import overlaps
from vitrine.textures.color_space import LINEAR_OF_BYTE, to_srgb, unit_to_byte
from vitrine.textures.downsample import resize
from vitrine.textures.padding import fill_padding
from vitrine.textures.texture_slots import texture_uses

MIN_PX, MAX_PX = 64, 1024
"""Width of a texture that is baked from vertex colours alone"""


def bake_vertex_colors(model: Model) -> tuple[Model, tuple[Finding, ...]]:
    """Return a copy without vertex colours, and a finding for each material that had some.

    Where the UVs are an atlas, or there is no texture and the mesh gets new UVs, each texel has the colours
    of the surface that it covers. Texels that several triangles share cannot: there the mean colour goes into
    the factor.
    """
    meshes, materials, findings = list(model.meshes), list(model.materials), []
    for number, material in enumerate(model.materials):
        if not has_vertex_colors(model, number):
            continue
        members = [index for index, mesh in enumerate(meshes) if mesh.material == number]
        group, materials[number], how = _bake(tuple(meshes[index] for index in members), material)
        for index, mesh in zip(members, group, strict=True):
            meshes[index] = mesh
        message = f"vertex colours of material {material.name or number}: {how}"
        findings.append(finding("VERTEX_COLORS_BAKED", message, pointer=f"/materials/{number}"))
    plain = tuple(replace(mesh, colors=None) for mesh in meshes)
    return replace(model, meshes=plain, materials=tuple(materials)), tuple(findings)


def _bake(meshes: tuple[Mesh, ...], material: Material) -> tuple[tuple[Mesh, ...], Material, str]:
    if not texture_uses((material,)):
        vertices = sum(len(mesh.positions) for mesh in meshes)
        size = int(2 ** np.clip(np.ceil(np.log2(2 * vertices**0.5)), np.log2(MIN_PX), np.log2(MAX_PX)))
        meshes = unwrap(meshes, size)
        return meshes, _with_colors(meshes, material, size), "baked into a texture with new UVs"
    if any(mesh.uvs is None for mesh in meshes) or overlaps(meshes, 0):
        mean = np.concatenate([_colors(mesh) for mesh in meshes]).mean(axis=0)
        red, green, blue, alpha = (
            float(a * b) for a, b in zip(material.base_color_factor, mean, strict=True)
        )
        tinted = replace(material, base_color_factor=(red, green, blue, alpha))
        return meshes, tinted, "their mean tints the material, as its texels are used several times"
    texture = material.base_color
    size = MAX_PX if texture is None else max(image_size(texture.data, texture.media_type))
    return meshes, _with_colors(meshes, material, size), "baked into the base colour texture"


def _with_colors(meshes: tuple[Mesh, ...], material: Material, size: int) -> Material:
    """Multiply the base colour texture, `size` texels wide, by the colours of the meshes."""
    color: Floats = np.ones((size, size, 4), np.float32)
    covered: Bools = np.zeros((size, size), np.bool_)
    for mesh in meshes:
        row, column, hit = covered_texels(mesh, size)
        weights = np.stack([1 - hit.u - hit.v, hit.u, hit.v], axis=1)[..., None]
        color[row, column] = (_colors(mesh)[mesh.triangles[hit.triangle]] * weights).sum(axis=1)
        covered[row, column] = True
    if material.base_color is not None:
        color *= _texels(material.base_color, size)
    pixels = np.dstack([to_srgb(color[..., :3]), unit_to_byte(color[..., 3])])
    if material.alpha_mode == "OPAQUE":
        pixels = pixels[..., :3]
    data = encode_png(fill_padding(np.ascontiguousarray(pixels), covered, "color"))
    like = material.base_color or Texture(data, "image/png")
    return replace(material, base_color=replace(like, data=data, media_type="image/png"))


def _texels(texture: Texture, size: int) -> Floats:
    """Linear RGBA of a texture scaled to a square, (size, size, 4) float32."""
    pixels = resize(decode_image(texture.data, texture.media_type), (size, size), "color")
    alpha = pixels[..., 3:] if pixels.shape[2] == 4 else np.full((size, size, 1), 255, np.uint8)
    return np.dstack([LINEAR_OF_BYTE[pixels[..., :3]], alpha.astype(np.float32) / 255])


def _colors(mesh: Mesh) -> Floats:
    """The vertex colours of a mesh, (n, 4) float32; white where it has none."""
    return np.ones((len(mesh.positions), 4), np.float32) if mesh.colors is None else mesh.colors
