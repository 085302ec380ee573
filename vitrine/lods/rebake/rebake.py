"""A coarse level that keeps nothing of its source but the look: new triangles, new UVs, new pictures.

The seams of a generated atlas, and the hard edges of furniture, hold so many vertices in place that the last
few thousand triangles cannot go, or only at the cost of the shape. Without them the same count lies many
times closer to the source, and a normal map brings the shading back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from vitrine.codecs import meshopt
from vitrine.errors import ModelError
from vitrine.geometry.crease_normals import to_creased_normals
from vitrine.geometry.tangents import add_tangents
from vitrine.gltf.model import Material, Mesh, Model, Texture
from vitrine.lods.rebake.bake import BakedTextures, bake
from vitrine.lods.rebake.materials import baked_materials
from vitrine.lods.rebake.remesh import SeamlessMesh, decimate, remesh
from vitrine.lods.rebake.unwrap import unwrap
from vitrine.render.scene import Scene
from vitrine.repair.winding import unify_winding

MOST_TRIANGLES = 20_000
"""Larger levels are not worth it: unwrapping takes longer than all else together."""
MOST_PX = 2048
"""Largest side of the new pictures."""
REACH = 0.02
"""How far from its place a texel looks for the source's surface along its normal, in diagonals, at least."""
REPEAT = 10497


class RebakeSource:
    """A model that levels are made anew from: what that takes is prepared once."""

    def __init__(self, model: Model) -> None:
        self.model = replace(model, meshes=tuple(unify_winding(mesh)[0] for mesh in model.meshes))
        self.groups = _groups(model)

    @cached_property
    def shape(self) -> SeamlessMesh:
        """All of it without seams."""
        return remesh(self.model, self.groups)

    @cached_property
    def scale(self) -> float:
        """Largest extent, which errors are relative to."""
        return meshopt.simplify_scale(self.shape.positions)

    @cached_property
    def scenes(self) -> tuple[Scene, ...]:
        """For rays, one of each group. Raises `ModelError` for pictures that cannot be read."""
        return tuple(self._scene(group) for group in range(max(self.groups) + 1))

    @cached_property
    def whole(self) -> Scene:
        """For pictures of all of it; of one group only, the same as for rays."""
        return self.scenes[0] if len(self.scenes) == 1 else Scene(self.model)

    def _scene(self, group: int) -> Scene:
        meshes = tuple(m for m, of in zip(self.model.meshes, self.groups, strict=True) if of == group)
        scene = Scene(replace(self.model, meshes=meshes))
        scene.decode_textures()
        return scene

    def materials(self, group: int) -> tuple[Material, ...]:
        """Those of a group's meshes."""
        pairs = zip(self.model.meshes, self.groups, strict=True)
        return tuple(self.model.materials[mesh.material] for mesh, of in pairs if of == group)


@dataclass(frozen=True, slots=True)
class RebakedModel:
    """A coarse model with pictures of its own."""

    model: Model
    error: float
    """From the source's shape, in extents of the model, as meshoptimizer reports it"""


def rebake(source: RebakeSource, target: int, texture_px: int, *, max_error: float) -> RebakedModel | None:
    """The model with at most `target` triangles and one set of pictures, `None` where that cannot be had.

    It has more than `target` where fewer would lie further than `max_error` extents from the source.
    Materials that differ in more than factors and pictures stay apart, and share the pictures. Vertex
    colours, pictures of material extensions, KTX2 and UVs that a sampler clamps or mirrors are not painted.
    """
    if target > MOST_TRIANGLES or not _can_be_painted(source.model):
        return None
    shape, error = decimate(source.shape, target, max_error)
    if not len(shape.triangles):
        return None
    groups = [int(group) for group in np.unique(shape.groups[shape.triangles])]
    size = min(texture_px, MOST_PX)
    try:
        parts = unwrap(tuple(_part(shape, group) for group in groups), size)
        meshes = tuple(add_tangents(mesh) for mesh in parts)
        canvas = BakedTextures.blank(size)
        for group, mesh in zip(groups, meshes, strict=True):
            fine = source.scenes[group]
            bake(mesh, fine, canvas, max(REACH * fine.diagonal_m, 2 * error * source.scale))
    except ModelError:
        return None
    materials = baked_materials(tuple(source.materials(group) for group in groups), canvas)
    return RebakedModel(
        replace(
            source.model,
            meshes=tuple(
                replace(mesh, material=number, tangents=mesh.tangents if materials[number].normal else None)
                for number, mesh in enumerate(meshes)
            ),
            materials=materials,
        ),
        error,
    )


def _part(shape: SeamlessMesh, group: int) -> Mesh:
    triangles = shape.triangles[shape.groups[shape.triangles[:, 0]] == group]
    flat, old = meshopt.fetch_order(np.ascontiguousarray(triangles).reshape(-1), len(shape.positions))
    return to_creased_normals(shape.positions[old], flat.reshape(-1, 3))


def _groups(model: Model) -> tuple[int, ...]:
    """A number for each mesh, the same for those whose materials can become one."""
    kinds: dict[str, int] = {}
    numbers = []
    for mesh in model.meshes:
        material = model.materials[mesh.material]
        kind = (material.alpha_mode, material.double_sided, sorted(material.extensions.items()))
        numbers.append(kinds.setdefault(repr(kind), len(kinds)))
    return tuple(numbers)


def _can_be_painted(model: Model) -> bool:
    used = [(mesh, model.materials[mesh.material]) for mesh in model.meshes]
    return all(
        mesh.colors is None
        and not material.extension_textures
        and all(_can_be_read(texture, mesh) for texture in _pictures(material))
        for mesh, material in used
    )


def _can_be_read(texture: Texture, mesh: Mesh) -> bool:
    if texture.media_type == "image/ktx2" or mesh.uvs is None:
        return False
    repeats = (texture.sampler.wrap_s, texture.sampler.wrap_t) == (REPEAT, REPEAT)
    return repeats or bool(((mesh.uvs >= 0) & (mesh.uvs <= 1)).all())


def _pictures(material: Material) -> tuple[Texture, ...]:
    named = (material.base_color, material.metallic_roughness, material.normal)
    others = (material.occlusion, material.emissive)
    return tuple(texture for texture in (*named, *others) if texture is not None)
