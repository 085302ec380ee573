from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.fixtures.meshes import sphere
from vitrine.errors import ModelError
from vitrine.gltf import Model
from vitrine.usdz.check_usdz import usdz_faults
from vitrine.usdz.open_usd import open_usd
from vitrine.usdz.package import pack_files, unpack_files
from vitrine.usdz.write_usdz import LAYER, write_usdz


def test_an_odd_file_and_a_missing_texture_are_named() -> None:
    files = unpack_files(write_usdz(Model((sphere(8),))))
    (fault,) = usdz_faults(pack_files(files | {"notes.txt": b"hello"}))
    assert "File 'notes.txt' in package 'the package' has an unknown unsupported extension" in fault
    assert "not a layer" in usdz_faults(pack_files({"a.png": b"x"} | files))[0]


def test_a_stage_that_is_not_y_up_or_has_no_default_prim_is_named() -> None:
    usd = open_usd()
    stage = usd.Usd.Stage.CreateInMemory()
    usd.UsdGeom.Mesh.Define(stage, "/mesh")
    usd.UsdGeom.SetStageUpAxis(stage, usd.UsdGeom.Tokens.z)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / LAYER
        stage.GetRootLayer().Export(str(path))
        faults = usdz_faults(pack_files({LAYER: path.read_bytes()}))
    assert {"the stage has no default prim", "the up axis is not Y"} <= set(faults)


def test_what_openusd_does_not_open_is_refused() -> None:
    with pytest.raises(ModelError, match="OpenUSD does not open"):
        usdz_faults(pack_files({LAYER: b"PXR-USDC but broken"}))
