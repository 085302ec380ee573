"""A model prepared for ray tracing: arrays of all meshes, a BVH and decoded textures."""

from __future__ import annotations

from functools import cached_property, partial
from threading import Lock

import numpy as np
from embreex.rtcore_scene import EmbreeScene

from vitrine.arrays import Bools, Floats, Ints, column_bounds
from vitrine.errors import ModelError
from vitrine.gltf.model import Material, Mesh, Model, Texture
from vitrine.render.bvh import build_bvh
from vitrine.textures.decoded import DecodedTextures
from vitrine.textures.mip_pyramid import MipPyramid, decode_mip_pyramid
from vitrine.textures.texture_slots import texture_uses
from vitrine.threads import run_concurrently, scipy_module

TRANSMISSION = "KHR_materials_transmission"


class Scene:
    """All triangles of a model in one array, with Embree's BVH over them.

    The BVH is built and textures are decoded when they are first needed.

    Parameters
    ----------
    textures_from : Scene, optional
        A scene whose mip pyramids are shared.
    decoded : DecodedTextures, optional
        Where textures are decoded that others use, too. It is let go of once they are.

    Raises
    ------
    ModelError
        When the model has no triangles, or a coordinate that is not finite.
    """

    def __init__(
        self,
        model: Model,
        *,
        textures_from: Scene | None = None,
        decoded: DecodedTextures | None = None,
    ) -> None:
        meshes = [mesh for mesh in model.meshes if len(mesh.triangles)]
        if not meshes:
            raise ModelError("the model has no triangles, so there is nothing to render")
        starts = np.cumsum([0] + [len(mesh.positions) for mesh in meshes])
        self.model = model
        self.positions: Floats = np.concatenate([mesh.positions for mesh in meshes]).astype(np.float32)
        """(n, 3) float32, metres"""
        self.triangles: Ints = np.concatenate(
            [
                mesh.triangles.astype(np.int32) + np.int32(start)
                for mesh, start in zip(meshes, starts, strict=False)
            ]
        )
        """(m, 3) int32"""
        normals = np.concatenate([_or_zeros(mesh.normals, mesh, 3) for mesh in meshes])
        uvs = np.concatenate([_or_zeros(mesh.uvs, mesh, 2) for mesh in meshes])
        self.vertices: Floats = np.concatenate([self.positions, normals, uvs], axis=1)
        """(n, 8) float32: position, normal (zero where the file has none, which means flat shading), UV"""
        self.colors: Floats | None = None
        """(n, 4) float32 linear vertex colours; `None` where no mesh has any"""
        if any(mesh.colors is not None for mesh in meshes):
            self.colors = np.concatenate([_or_white(mesh) for mesh in meshes])
        self.tangents: Floats | None = None
        """(n, 4) float32, zero where a mesh has none; `None` where no mesh has any"""
        if any(mesh.tangents is not None for mesh in meshes):
            self.tangents = np.concatenate([_or_zeros(mesh.tangents, mesh, 4) for mesh in meshes])
        self.other_uvs: tuple[Floats, ...] = tuple(
            np.concatenate([_or_zeros(_nth(mesh.other_uvs, number), mesh, 2) for mesh in meshes])
            for number in range(max(len(mesh.other_uvs) for mesh in meshes))
        )
        """Further UV sets, (n, 2) float32 each, which `Texture.uv` counts from 1"""
        self.materials: tuple[Material, ...] = model.materials or (Material(),)
        self.mesh_materials: tuple[tuple[int, bool], ...] = tuple(
            (m.material, m.uvs is not None) for m in meshes
        )
        """Index of the material, and whether there are UVs, for each mesh"""
        self.used_materials: tuple[Material, ...] = tuple(
            self.materials[number] for number in dict.fromkeys(n for n, _ in self.mesh_materials)
        )
        self.culled: Bools = np.array(
            [not self.materials[number].double_sided for number, _ in self.mesh_materials]
        )
        """Whether each mesh is seen from its front alone, (meshes,) bool"""
        self.see_through: bool = any(TRANSMISSION in material.extensions for material in self.used_materials)
        """Whether any material lets light through in its own colour (KHR_materials_transmission)"""
        self.is_opaque: bool = all(material.alpha_mode == "OPAQUE" for material in self.used_materials)
        """Whether every surface covers what is behind it"""
        counts = [len(mesh.triangles) for mesh in meshes]
        self.mesh_of_triangle: Ints = np.repeat(np.arange(len(meshes), dtype=np.int32), counts)
        """Index into `mesh_materials` of each triangle, (m,) int32"""
        used = np.zeros(len(self.positions), np.bool_)
        used[self.triangles.ravel()] = True
        self.used: Ints = np.flatnonzero(used)
        """Indices of the vertices that triangles use, (k,) int64"""
        corners = self.positions[self.used]
        if not np.isfinite(corners).all():
            bad = int((~np.isfinite(corners).all(axis=1)).sum())
            raise ModelError(f"{bad} of the model's {len(corners)} vertices are not finite: repair it first")
        self.bounds_min, self.bounds_max = column_bounds(corners)
        self._decoded = False
        self._decoding = decoded
        self._building = Lock()
        self._bvh: EmbreeScene | None = None
        self._textures: dict[tuple[int, bool], MipPyramid] = (
            {} if textures_from is None else dict(textures_from._textures)
        )
        self._alive: list[Texture] = [] if textures_from is None else list(textures_from._alive)

    @classmethod
    def of(cls, model: Model | Scene) -> Scene:
        """Return a scene as it is, so that callers share its BVH and textures, or that of a model."""
        return model if isinstance(model, Scene) else cls(model)

    @property
    def diagonal_m(self) -> float:
        """Length of the bounding box's diagonal in metres; never 0."""
        return float(np.linalg.norm(self.bounds_max.astype(np.float64) - self.bounds_min)) or 1e-6

    @property
    def points(self) -> Floats:
        """The positions that triangles use, (k, 3) float32: a camera that holds them holds the model."""
        return self.positions[self.used]

    @cached_property
    def hull(self) -> Floats:
        """The vertices of the convex hull, (h, 3) float32: `points` for many cameras."""
        spatial = scipy_module("spatial")
        points = self.points
        try:
            corners: Floats = points[spatial.ConvexHull(points).vertices]
            return corners
        except (spatial.QhullError, ValueError):  # flat, or fewer than four points
            return points

    @property
    def bvh(self) -> EmbreeScene:
        """Embree's BVH over all triangles, built on first use; other threads wait for it."""
        with self._building:
            if self._bvh is None:
                self._bvh = build_bvh(self.positions, self.triangles)
            return self._bvh

    def texture(self, texture: Texture, *, srgb: bool) -> MipPyramid:
        """Return the mip pyramid of a texture, decoded once; `srgb` for colours, not for data."""
        key = (id(texture), srgb)
        if key not in self._textures:
            self._alive.append(texture)
            self._textures[key] = decode_mip_pyramid(texture, srgb=srgb, decoded=self._decoding)
        return self._textures[key]

    def prepare(self) -> None:
        """Build the BVH and decode the textures concurrently, before slices of rays need them in parallel."""
        run_concurrently(lambda: self.bvh, self.decode_textures)

    def decode_textures(self) -> None:
        """Decode all textures that shading reads, if that has not been done."""
        if self._decoded:
            return
        numbers = {material for material, has_uvs in self.mesh_materials if has_uvs}
        uses = texture_uses(tuple(self.materials[number] for number in sorted(numbers)))
        wanted = {(id(use.texture), use.kind == "color"): use.texture for use in uses}
        run_concurrently(
            *(partial(self.texture, texture, srgb=srgb) for (_, srgb), texture in wanted.items())
        )
        self._decoded = True
        self._decoding = None


def _nth(values: tuple[Floats, ...], number: int) -> Floats | None:
    return values[number] if number < len(values) else None


def _or_white(mesh: Mesh) -> Floats:
    if mesh.colors is None:
        return np.ones((len(mesh.positions), 4), np.float32)
    return mesh.colors.astype(np.float32)


def _or_zeros(values: Floats | None, mesh: Mesh, width: int) -> Floats:
    return np.zeros((len(mesh.positions), width), np.float32) if values is None else values.astype(np.float32)
