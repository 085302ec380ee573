"""The model that levels are rebaked from, with what every level needs of it prepared once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from vitrine.arrays import Indices
from vitrine.codecs import meshopt
from vitrine.geometry.weld import weld_positions
from vitrine.gltf.model import Material, Mesh, Model
from vitrine.lods.rebake.remesh import SeamlessMesh, remesh
from vitrine.render.metrics.certificate import Reference
from vitrine.render.scene import Scene
from vitrine.repair.winding import unify_winding
from vitrine.textures.decoded import DecodedTextures


class RebakeSource:
    """A model whose levels may be rebaked.

    Meshes whose materials can become one form a group; each group keeps a mesh and a material of its own.

    Parameters
    ----------
    model : Model
        What is baked, and what levels are compared with
    decoded : DecodedTextures, optional
        Where its textures are decoded
    reference : Reference, optional
        One of the same model: used instead of a new one where the meshes are the same arrays
    triangles : sequence of (m, 3) uint32, optional
        Fewer triangles of each mesh, from which levels are decimated in less time
    error : float
        That of `triangles`, relative to the largest extent
    """

    def __init__(
        self,
        model: Model,
        decoded: DecodedTextures | None = None,
        *,
        reference: Reference | None = None,
        triangles: Sequence[Indices] | None = None,
        error: float = 0.0,
    ) -> None:
        self._decoded = decoded
        self._triangles = triangles
        self.error = error
        self.groups = _group_materials(model)
        """The group of each mesh"""
        self._remaps = tuple(weld_positions(mesh.positions) for mesh in model.meshes)
        pairs = zip(model.meshes, self._remaps, strict=True)
        self.model = replace(model, meshes=tuple(unify_winding(mesh, remap)[0] for mesh, remap in pairs))
        self._known = reference if reference and _share_arrays(reference.scene.model, self.model) else None

    @cached_property
    def mesh(self) -> SeamlessMesh:
        """The surface without seams, from which levels are decimated."""
        meshes = self.model.meshes
        if self._triangles is not None:
            parts = zip(meshes, self._triangles, self._remaps, strict=True)
            bare = ((Mesh(mesh.positions, triangles), remap) for mesh, triangles, remap in parts)
            meshes = tuple(unify_winding(mesh, remap)[0] for mesh, remap in bare)
        return remesh(meshes, self.groups, self._remaps)

    @cached_property
    def scale(self) -> float:
        """The largest extent of the model, in its unit: what errors are relative to."""
        return meshopt.simplify_scale(self.mesh.positions)

    @cached_property
    def scenes(self) -> tuple[Scene, ...]:
        """A scene for each group. Raises `ModelError` for textures that cannot be decoded."""
        if self._known is not None and not any(self.groups):
            return (self._known.scene,)
        return tuple(self._scene(group) for group in range(max(self.groups) + 1))

    @cached_property
    def reference(self) -> Reference:
        """The whole model, to compare levels with."""
        if self._known is not None:
            return self._known
        return Reference(
            self.scenes[0] if len(self.scenes) == 1 else Scene(self.model, decoded=self._decoded)
        )

    def materials(self, group: int) -> tuple[Material, ...]:
        """Return the materials of a group's meshes."""
        pairs = zip(self.model.meshes, self.groups, strict=True)
        return tuple(self.model.materials[mesh.material] for mesh, of in pairs if of == group)

    def _scene(self, group: int) -> Scene:
        meshes = tuple(m for m, of in zip(self.model.meshes, self.groups, strict=True) if of == group)
        scene = Scene(replace(self.model, meshes=meshes), decoded=self._decoded)
        scene.decode_textures()
        return scene


def _share_arrays(one: Model, other: Model) -> bool:
    """Return whether two models have the same materials and meshes: not equal arrays, but the same."""
    return one.materials is other.materials and [_arrays(mesh) for mesh in one.meshes] == [
        _arrays(mesh) for mesh in other.meshes
    ]


def _arrays(mesh: Mesh) -> tuple[int, ...]:
    """Return what tells a mesh from others that are alive."""
    values = (mesh.positions, mesh.triangles, mesh.normals, mesh.uvs, mesh.tangents, mesh.colors)
    return (mesh.material, *map(id, (*values, *mesh.other_uvs)))


def _group_materials(model: Model) -> tuple[int, ...]:
    """Return a group for each mesh, from 0: materials of one group differ only in factors and textures."""
    numbers: dict[str, int] = {}
    groups = []
    for mesh in model.meshes:
        material = model.materials[mesh.material]
        kind = (material.alpha_mode, material.double_sided, sorted(material.extensions.items()))
        groups.append(numbers.setdefault(repr(kind), len(numbers)))
    return tuple(groups)
