"""Check a USDZ as AR Quick Look needs it: the package, OpenUSD's validators, and what RealityKit draws."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vitrine.usdz.open_usd import one_at_a_time, open_stage, open_usd
from vitrine.usdz.package import package_faults, unpack_files

SHADERS = frozenset({"UsdPreviewSurface", "UsdUVTexture", "UsdTransform2d"})
PRIMVAR_READER = "UsdPrimvarReader_"


@one_at_a_time
def usdz_faults(data: bytes) -> list[str]:
    """Return what is wrong with a package, in words; nothing for one that AR Quick Look opens.

    Raises `ModelError` for a file that is no package or that OpenUSD does not open, `ConfigError` where
    usd-core is not installed.
    """
    usd, files = open_usd(), unpack_files(data)
    faults = package_faults(data)
    first = next(iter(files), "missing")
    if not first.endswith((".usd", ".usda", ".usdc")):
        return [*faults, f"the first file of the package is {first!r}, not a layer"]
    with open_stage(usd, data) as (stage, path):
        found = (*_stage_faults(usd, stage), *_validator_faults(usd, stage))
        return [*faults, *(fault.replace(str(path), "the package") for fault in found)]


def _stage_faults(usd: Any, stage: Any) -> Iterator[str]:
    if not stage.GetDefaultPrim():
        yield "the stage has no default prim"
    if usd.UsdGeom.GetStageUpAxis(stage) != usd.UsdGeom.Tokens.y:
        yield "the up axis is not Y"
    for prim in stage.Traverse():
        if prim.GetTypeName() == "PointInstancer":
            yield f"{prim.GetPath()} is a PointInstancer"
        if prim.IsA(usd.UsdShade.Shader):
            name = str(usd.UsdShade.Shader(prim).GetIdAttr().Get())
            if name not in SHADERS and not name.startswith(PRIMVAR_READER):
                yield f"{prim.GetPath()} is the shader {name}"


def _validator_faults(usd: Any, stage: Any) -> Iterator[str]:
    registry = usd.UsdValidation.ValidationRegistry()
    context = usd.UsdValidation.ValidationContext(registry.GetOrLoadAllValidators())
    for error in context.Validate(stage):
        yield f"{error.GetName()}: {error.GetMessage()}"
