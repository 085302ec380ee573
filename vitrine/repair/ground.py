"""Place the model on the ground at its true size, as viewers and AR expect it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vitrine.findings import finding
from vitrine.gltf.model import Material, Model
from vitrine.models import Dimensions, Finding

MIN_THICKNESS = 1e-4
"""Below this fraction of its longest side a model is flat along an axis, and cannot be scaled by it."""
MIN_SIZE_M, MAX_SIZE_M = 0.005, 10.0
"""Longest side of what shops sell, an ear stud and a pavilion: beyond, the unit is likely wrong."""
VOLUME = "KHR_materials_volume"
AXES = ("width (x)", "height (y)", "length (z)")


def ground(
    model: Model, dimensions: Dimensions | None, *, tolerance: float
) -> tuple[Model, tuple[Finding, ...]]:
    """Return a copy with its bottom centre at the origin, scaled to metres when a dimension is known.

    Generators return models in a unit cube around the origin; viewers and AR take one unit for one metre and
    place objects on y = 0. The height sets the scale, since it alone does not depend on which way the model
    faces; without it the width does, then the length. A finding names the other dimensions where they differ
    by more than `tolerance`, a fraction. Without dimensions a finding names an unlikely size.
    """
    low, high = (corner.astype(np.float64) for corner in model.bounds)
    extent = high - low
    scale = 1.0
    findings: tuple[Finding, ...] = ()
    if dimensions is None:
        findings = _size_findings(extent)
    else:
        scale, findings = _scale(extent, dimensions, tolerance)
    base = np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])
    meshes = tuple(
        replace(mesh, positions=((mesh.positions - base) * scale).astype(np.float32)) for mesh in model.meshes
    )
    materials = tuple(_scaled_volume(material, scale) for material in model.materials)
    return replace(model, meshes=meshes, materials=materials), findings


def _scaled_volume(material: Material, scale: float) -> Material:
    """The material with the lengths of its volume scaled as the mesh is (KHR_materials_volume)."""
    if VOLUME not in material.extensions or scale == 1:
        return material
    volume = {
        key: value * scale if key in ("thicknessFactor", "attenuationDistance") else value
        for key, value in material.extensions[VOLUME].items()
    }
    return replace(material, extensions={**material.extensions, VOLUME: volume})


def _size_findings(extent: npt.NDArray[np.float64]) -> tuple[Finding, ...]:
    """Say when a model without known dimensions is larger or smaller than what shops sell."""
    longest = float(extent.max())
    if MIN_SIZE_M <= longest <= MAX_SIZE_M:
        return ()
    unit, factor = ("mm", 1000) if longest < MIN_SIZE_M else ("m", 1)
    sides = " × ".join(f"{side * factor:.4g}" for side in extent)
    message = (
        f"the model is {longest * factor:.4g} {unit} long ({sides} {unit}), as it would be in AR: give the "
        "product's dimensions, or check the unit of the export"
    )
    limit = MIN_SIZE_M if longest < MIN_SIZE_M else MAX_SIZE_M
    return (finding("SIZE_UNLIKELY", message, measured=longest, limit=limit),)


def _scale(
    extent: npt.NDArray[np.float64], dimensions: Dimensions, tolerance: float
) -> tuple[float, tuple[Finding, ...]]:
    """Return the factor that brings `extent`, (3,), to the given dimensions, and what does not fit them."""
    named = zip(AXES, dimensions.metres, extent, strict=True)
    known = [(axis, true_m, float(now)) for axis, true_m, now in named if true_m is not None]
    usable = [each for each in known if each[2] > MIN_THICKNESS * float(extent.max())]
    if not usable:
        flat = ", ".join(axis for axis, _, _ in known)
        message = f"the model is flat along {flat}: its size cannot be set from there"
        return 1.0, (finding("SIZE_UNKNOWN", message),)
    axis, true_m, now = next((each for each in usable if each[0] == AXES[1]), usable[0])
    scale = true_m / now
    off = {name: extent_now * scale / wanted_m - 1 for name, wanted_m, extent_now in usable}
    worst = max(abs(share) for share in off.values())
    if worst <= tolerance:
        return scale, ()
    others = ", ".join(f"{name} by {share:+.0%}" for name, share in off.items() if abs(share) > tolerance)
    message = (
        f"the model's proportions are not the catalogue's: scaled by its {axis}, it is off in {others}; "
        f"{tolerance:.0%} is allowed"
    )
    mismatch = finding("DIMENSION_OFF", message, measured=worst, limit=tolerance)
    return scale, (mismatch,)
