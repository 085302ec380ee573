"""`Model` -> USDZ: metres, +Y up, one mesh a primitive, UsdPreviewSurface."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from vitrine import __version__
from vitrine.arrays import column_bounds
from vitrine.gltf.model import Mesh, Model
from vitrine.usdz.materials import UVS, MaterialWriter
from vitrine.usdz.open_usd import one_at_a_time, open_usd
from vitrine.usdz.package import pack_files
from vitrine.usdz.textures import TextureFiles

LAYER = "model.usdc"
ROOT = "/model"


@one_at_a_time
def write_usdz(model: Model) -> bytes:
    """Return a USDZ of a model with core materials and without vertex colours; equal models give equal bytes.

    The layer is binary (.usdc), which AR Quick Look requires. Raises `ModelError` for a texture that is
    neither PNG nor JPEG, `ConfigError` where usd-core is not installed.
    """
    usd = open_usd()
    stage = usd.Usd.Stage.CreateInMemory()
    usd.UsdGeom.SetStageUpAxis(stage, usd.UsdGeom.Tokens.y)
    usd.UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    root = usd.UsdGeom.Xform.Define(stage, ROOT)
    usd.Usd.ModelAPI(root).SetKind("component")
    stage.SetDefaultPrim(root.GetPrim())
    stage.GetRootLayer().customLayerData = {"creator": f"Vitrine {__version__}"}
    writer = MaterialWriter(usd, stage, TextureFiles())
    used = sorted({mesh.material for mesh in model.meshes})
    usd.UsdGeom.Scope.Define(stage, f"{ROOT}/materials")
    materials = {
        number: writer.write(f"{ROOT}/materials/material_{number}", model.materials[number])
        for number in used
    }
    for number, mesh in enumerate(model.meshes):
        prim = _write_mesh(usd, stage, f"{ROOT}/mesh_{number}", mesh)
        prim.CreateDoubleSidedAttr(model.materials[mesh.material].double_sided)
        usd.UsdShade.MaterialBindingAPI.Apply(prim.GetPrim()).Bind(materials[mesh.material])
    return pack_files({LAYER: _layer_bytes(stage)} | writer.textures.files)


def _layer_bytes(stage: Any) -> bytes:
    """The root layer in USD's binary format, which OpenUSD writes to files only."""
    with tempfile.TemporaryDirectory(prefix="vitrine_usd_") as folder:
        path = Path(folder) / LAYER
        stage.GetRootLayer().Export(str(path))
        return path.read_bytes()


def _write_mesh(usd: Any, stage: Any, path: str, mesh: Mesh) -> Any:
    prim, vt, types = usd.UsdGeom.Mesh.Define(stage, path), usd.Vt, usd.Sdf.ValueTypeNames
    low, high = column_bounds(mesh.positions)
    prim.CreatePointsAttr(vt.Vec3fArray.FromNumpy(np.ascontiguousarray(mesh.positions, np.float32)))
    prim.CreateExtentAttr(vt.Vec3fArray.FromNumpy(np.stack([low, high]).astype(np.float32)))
    prim.CreateFaceVertexCountsAttr(vt.IntArray.FromNumpy(np.full(len(mesh.triangles), 3, np.int32)))
    prim.CreateFaceVertexIndicesAttr(vt.IntArray.FromNumpy(mesh.triangles.reshape(-1).astype(np.int32)))
    prim.CreateSubdivisionSchemeAttr(usd.UsdGeom.Tokens.none)
    if mesh.normals is not None:
        prim.CreateNormalsAttr(vt.Vec3fArray.FromNumpy(np.ascontiguousarray(mesh.normals, np.float32)))
        prim.SetNormalsInterpolation(usd.UsdGeom.Tokens.vertex)
    if mesh.uvs is not None:
        # USD has its origin at the bottom left.
        uvs = np.stack([mesh.uvs[:, 0], 1 - mesh.uvs[:, 1]], axis=1).astype(np.float32)
        primvars = usd.UsdGeom.PrimvarsAPI(prim)
        primvar = primvars.CreatePrimvar(UVS, types.TexCoord2fArray, usd.UsdGeom.Tokens.vertex)
        primvar.Set(vt.Vec2fArray.FromNumpy(uvs))
    return prim
