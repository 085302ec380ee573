"""The model that levels are rebaked from, with what every level needs of it prepared once."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from vitrine.codecs import meshopt
from vitrine.geometry.weld import weld_positions
from vitrine.gltf.model import Material, Model
from vitrine.lods.rebake.remesh import SeamlessMesh, remesh
from vitrine.render.metrics.certificate import Reference
from vitrine.render.scene import Scene
from vitrine.repair.winding import unify_winding
from vitrine.textures.decoded import DecodedTextures


class RebakeSource:
    """A model whose levels may be rebaked.

    Meshes whose materials can become one form a group; each group keeps a mesh and a material of its own.
    """

    def __init__(self, model: Model, decoded: DecodedTextures | None = None) -> None:
        self._decoded = decoded
        self.groups = _group_materials(model)
        """The group of each mesh"""
        self._remaps = tuple(weld_positions(mesh.positions) for mesh in model.meshes)
        pairs = zip(model.meshes, self._remaps, strict=True)
        self.model = replace(model, meshes=tuple(unify_winding(mesh, remap)[0] for mesh, remap in pairs))

    @cached_property
    def mesh(self) -> SeamlessMesh:
        """The whole surface without seams."""
        return remesh(self.model, self.groups, self._remaps)

    @cached_property
    def scale(self) -> float:
        """The largest extent of the model, in its unit: what errors are relative to."""
        return meshopt.simplify_scale(self.mesh.positions)

    @cached_property
    def scenes(self) -> tuple[Scene, ...]:
        """A scene for each group. Raises `ModelError` for textures that cannot be decoded."""
        return tuple(self._scene(group) for group in range(max(self.groups) + 1))

    @cached_property
    def reference(self) -> Reference:
        """The whole model, to compare levels with."""
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


def _group_materials(model: Model) -> tuple[int, ...]:
    """Return a group for each mesh, from 0: materials of one group differ only in factors and textures."""
    numbers: dict[str, int] = {}
    groups = []
    for mesh in model.meshes:
        material = model.materials[mesh.material]
        kind = (material.alpha_mode, material.double_sided, sorted(material.extensions.items()))
        groups.append(numbers.setdefault(repr(kind), len(numbers)))
    return tuple(groups)
