"""Import OpenUSD, which takes 0.1 s, when it is needed."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from vitrine.errors import ConfigError


def open_usd() -> Any:
    """Return a namespace with the modules of `pxr` that are used here.

    Raises `ConfigError` where the package `usd-core` is not installed.
    """
    try:
        from pxr import Gf, Sdf, Usd, UsdGeom, UsdShade, UsdValidation, Vt
    except ImportError as error:
        raise ConfigError(
            "USDZ needs the package usd-core: install it, or set usdz.enabled = false in the recipe"
        ) from error
    modules = ModuleType("usd")
    for module in (Gf, Sdf, Usd, UsdGeom, UsdShade, UsdValidation, Vt):
        setattr(modules, module.__name__.rpartition(".")[2], module)
    return modules
