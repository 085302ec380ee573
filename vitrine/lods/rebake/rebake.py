"""Rebake a level: simplify the source without its seams, and give it new UVs and baked textures.

The seams of a generated atlas, and the hard edges of furniture, lock so many vertices that the last few
thousand triangles cannot be removed, or only at the cost of the shape. Without them the same number of
triangles lies many times closer to the source, and a normal map restores the shading.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vitrine.codecs import meshopt
from vitrine.errors import ModelError
from vitrine.geometry.crease_normals import to_creased_normals
from vitrine.geometry.tangents import add_tangents
from vitrine.geometry.unwrap import unwrap
from vitrine.gltf.model import Mesh, Model, Texture
from vitrine.lods.rebake.bake import BakedTextures, bake
from vitrine.lods.rebake.materials import baked_materials
from vitrine.lods.rebake.remesh import SeamlessMesh, decimate
from vitrine.lods.rebake.source import RebakeSource
from vitrine.textures.texture_slots import texture_uses

MAX_TRIANGLES = 20_000
"""Larger levels are not rebaked: unwrapping them takes longer than all else together."""
MAX_TEXTURE_PX = 2048
"""Largest side of the baked textures."""
MIN_SEARCH = 0.02
"""How far along its normal a texel searches the source's surface, at least, relative to the diagonal."""
REPEAT = 10497
"""glTF's wrap mode that repeats a texture."""


@dataclass(frozen=True, slots=True)
class RebakedModel:
    """A level with UVs and textures of its own."""

    model: Model
    error: float
    """From the source, relative to its largest extent, as meshoptimizer reports it"""


def rebake(source: RebakeSource, target: int, texture_px: int, *, max_error: float) -> RebakedModel | None:
    """Return the source with at most `target` triangles and one set of textures, `texture_px` wide.

    More than `target` are left where fewer would exceed `max_error`, relative to the largest extent. Each
    group of materials becomes one material; all of them share the textures. Returns `None` where the source
    cannot be baked: with vertex colours, textures of material extensions, KTX2 textures, or UVs that a
    sampler clamps or mirrors.
    """
    if target > MAX_TRIANGLES or not _can_bake(source.model):
        return None
    mesh, error = decimate(source.mesh, target, max(0.0, max_error - source.error))
    error += source.error
    if not len(mesh.triangles):
        return None
    groups = [int(group) for group in np.unique(mesh.groups[mesh.triangles])]
    size_px = min(texture_px, MAX_TEXTURE_PX)
    try:
        unwrapped = unwrap(tuple(_group_mesh(mesh, group) for group in groups), size_px)
        meshes = tuple(add_tangents(each) for each in unwrapped)
        textures = BakedTextures.blank(size_px)
        for group, coarse in zip(groups, meshes, strict=True):
            scene = source.scenes[group]
            search_m = max(MIN_SEARCH * scene.diagonal_m, 2 * error * source.scale)
            bake(coarse, scene, textures, search_m)
    except ModelError:
        return None
    materials = baked_materials(tuple(source.materials(group) for group in groups), textures)
    meshes = tuple(
        replace(each, material=number, tangents=each.tangents if materials[number].normal else None)
        for number, each in enumerate(meshes)
    )
    return RebakedModel(replace(source.model, meshes=meshes, materials=materials), error)


def _group_mesh(mesh: SeamlessMesh, group: int) -> Mesh:
    """Return a group's triangles as a mesh with normals."""
    triangles = mesh.triangles[mesh.groups[mesh.triangles[:, 0]] == group]
    flat, vertices = meshopt.optimize_vertex_fetch(
        np.ascontiguousarray(triangles).reshape(-1), len(mesh.positions)
    )
    return to_creased_normals(mesh.positions[vertices], flat.reshape(-1, 3))


def _can_bake(model: Model) -> bool:
    used = [(mesh, model.materials[mesh.material]) for mesh in model.meshes]
    return all(
        mesh.colors is None
        and not material.extension_textures
        and all(_can_sample(use.texture, mesh) for use in texture_uses((material,)))
        for mesh, material in used
    )


def _can_sample(texture: Texture, mesh: Mesh) -> bool:
    if texture.media_type == "image/ktx2" or mesh.uvs is None:
        return False
    repeats = (texture.sampler.wrap_s, texture.sampler.wrap_t) == (REPEAT, REPEAT)
    return repeats or bool(((mesh.uvs >= 0) & (mesh.uvs <= 1)).all())
