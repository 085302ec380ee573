"""USDZ -> `Model`: the meshes of any package, and the materials of those that `write_usdz` writes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np

from vitrine.arrays import Floats, Indices
from vitrine.codecs.images import sniff_media_type
from vitrine.errors import ModelError
from vitrine.gltf.model import Material, Mesh, Model, Sampler, Texture
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.lods.built_file import GLB, BuiltFile
from vitrine.usdz.materials import WRAPS
from vitrine.usdz.open_usd import one_at_a_time, open_stage, open_usd
from vitrine.usdz.package import unpack_files

WRAP_NUMBERS = {name: number for number, name in WRAPS.items()}


@one_at_a_time
def read_usdz(data: bytes) -> Model:
    """Read the polygon meshes of a USDZ in metres with +Y up, as triangles, and their UsdPreviewSurfaces.

    Of a material, textures on the inputs `diffuseColor`, `metallic` with `roughness`, `normal`, `occlusion`
    and `emissiveColor` are read, with `scale` as factor. Raises `ModelError` for a file that OpenUSD does not
    open, or that has no mesh, `ConfigError` where usd-core is not installed.
    """
    usd, files = open_usd(), unpack_files(data)
    with open_stage(usd, data) as (stage, _):
        return _Reader(usd, stage, files).read()


def read_built(file: BuiltFile) -> Model:
    """Read a file that was built for AR, GLB or USDZ. Raises as `read_glb` and `read_usdz` do."""
    return read_glb(file.data, limits=None) if file.media_type == GLB else read_usdz(file.data)


class _Reader:
    def __init__(self, usd: Any, stage: Any, files: dict[str, bytes]) -> None:
        self._usd, self._stage, self._files = usd, stage, files
        self._materials: dict[str, int] = {}
        self._read: list[Material] = []

    def read(self) -> Model:
        usd, cache = self._usd, self._usd.UsdGeom.XformCache()
        meters = usd.UsdGeom.GetStageMetersPerUnit(self._stage)
        z_up = usd.UsdGeom.GetStageUpAxis(self._stage) == usd.UsdGeom.Tokens.z
        meshes = []
        for prim in self._stage.Traverse():
            if prim.IsA(usd.UsdGeom.Mesh):
                matrix = np.array(cache.GetLocalToWorldTransform(prim))
                meshes.append(self._mesh(usd.UsdGeom.Mesh(prim), matrix, meters, z_up))
        if not meshes:
            raise ModelError("there is no mesh in the USDZ")
        return Model(tuple(meshes), tuple(self._read))

    def _mesh(self, prim: Any, matrix: Floats, meters: float, z_up: bool) -> Mesh:
        counts = np.array(prim.GetFaceVertexCountsAttr().Get() or [], np.int64)
        indices = np.array(prim.GetFaceVertexIndicesAttr().Get() or [], np.int64)
        points = np.array(prim.GetPointsAttr().Get() or [], np.float64)
        if not len(points) or not len(indices):
            raise ModelError(f"{prim.GetPath()} has no faces")
        points = (points @ matrix[:3, :3] + matrix[3, :3]) * meters
        points = np.column_stack([points[:, 0], points[:, 2], -points[:, 1]]) if z_up else points
        primvar = self._usd.UsdGeom.PrimvarsAPI(prim).GetPrimvar("st")
        uvs = self._per_vertex(primvar.Get() if primvar else None, len(points))
        normals = self._per_vertex(prim.GetNormalsAttr().Get(), len(points))
        material, double_sided = self._material(prim), bool(prim.GetDoubleSidedAttr().Get())
        self._read[material] = _with_sides(self._read[material], double_sided)
        return Mesh(
            positions=points.astype(np.float32),
            triangles=_fans(counts, indices),
            normals=normals,
            uvs=None if uvs is None else np.stack([uvs[:, 0], 1 - uvs[:, 1]], axis=1).astype(np.float32),
            material=material,
        )

    @staticmethod
    def _per_vertex(values: Any, count: int) -> Floats | None:
        array = None if values is None else np.array(values, np.float32)
        return array if array is not None and len(array) == count else None

    def _material(self, prim: Any) -> int:
        bound, _ = self._usd.UsdShade.MaterialBindingAPI(prim.GetPrim()).ComputeBoundMaterial()
        key = str(bound.GetPath()) if bound else ""
        if key not in self._materials:
            self._materials[key] = len(self._read)
            surface = bound.ComputeSurfaceSource() if bound else None
            shader = surface[0] if isinstance(surface, tuple) else surface
            self._read.append(self._surface(shader) if shader else Material())
        return self._materials[key]

    def _surface(self, shader: Any) -> Material:
        color, color_factor = self._input(shader, "diffuseColor", (0.18, 0.18, 0.18))
        opacity, alpha = self._input(shader, "opacity", 1.0)
        metal, metallic = self._input(shader, "metallic", 0.0)
        _, roughness = self._input(shader, "roughness", 0.5)
        occlusion, strength = self._input(shader, "occlusion", 1.0)
        emissive, emissive_factor = self._input(shader, "emissiveColor", (0.0, 0.0, 0.0))
        _, cutoff = self._input(shader, "opacityThreshold", 0.0)
        mode: Literal["OPAQUE", "MASK", "BLEND"] = "BLEND" if opacity is not None or alpha < 1 else "OPAQUE"
        return Material(
            base_color=color,
            base_color_factor=(*color_factor[:3], alpha),
            metallic_roughness=metal,
            metallic_factor=metallic,
            roughness_factor=roughness,
            normal=self._input(shader, "normal", (0.0, 0.0, 1.0))[0],
            occlusion=occlusion,
            occlusion_strength=strength if occlusion is not None else 1.0,
            emissive=emissive,
            emissive_factor=emissive_factor[:3],
            alpha_mode="MASK" if cutoff and mode == "BLEND" else mode,
            alpha_cutoff=cutoff or 0.5,
        )

    def _input(self, shader: Any, name: str, default: Any) -> tuple[Texture | None, Any]:
        """Return the texture of an input, and its factor or value."""
        item = shader.GetInput(name)
        if not item:
            return None, default
        if not item.HasConnectedSource():
            value = item.Get()
            return None, default if value is None else _plain(value)
        source, channel, _ = item.GetConnectedSource()
        node = self._usd.UsdShade.Shader(source.GetPrim())
        scale = node.GetInput("scale").Get() if node.GetInput("scale") else (1.0, 1.0, 1.0, 1.0)
        factor = tuple(scale) if channel == "rgb" else scale["rgba".index(channel)]
        return self._texture(node), factor

    def _texture(self, node: Any) -> Texture | None:
        path = node.GetInput("file").Get().path.removeprefix("./")
        data = self._files.get(path)
        media_type = None if data is None else sniff_media_type(data)
        if data is None or media_type is None:
            raise ModelError(f"the texture {path!r} is missing, or no image")
        wraps = [
            WRAP_NUMBERS.get(node.GetInput(name).Get(), 10497) if node.GetInput(name) else 10497
            for name in ("wrapS", "wrapT")
        ]
        return Texture(data, media_type, Sampler(*wraps))


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float) else tuple(value)


def _fans(counts: Any, indices: Any) -> Indices:
    """Triangles of polygons, each a fan around its first corner, (m, 3) uint32."""
    triangles = np.maximum(counts - 2, 0)
    first = np.repeat(np.cumsum(counts) - counts, triangles)
    step = np.arange(len(first)) - np.repeat(np.cumsum(triangles) - triangles, triangles)
    corners = [indices[first], indices[first + step + 1], indices[first + step + 2]]
    return np.stack(corners, axis=1).astype(np.uint32)


def _with_sides(material: Material, double_sided: bool) -> Material:
    return replace(material, double_sided=material.double_sided or double_sided)
