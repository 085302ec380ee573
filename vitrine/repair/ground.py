"""Stand the model where viewers and AR expect it, at its true size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.findings import finding
from vitrine.gltf.model import Model
from vitrine.models import Dimensions, Finding

FLAT = 1e-4
"""Thinner than this part of its longest side, a model has no size along an axis that could be scaled."""
AXES = ("width (x)", "height (y)", "length (z)")


def ground(
    model: Model, dimensions: Dimensions | None, *, tolerance: float
) -> tuple[Model, tuple[Finding, ...]]:
    """A copy with its bottom centre at the origin and, when the catalogue gives any dimension, in metres.

    Generated models come back in a unit cube around the origin; viewers and AR take one unit for one metre
    and stand things on y = 0. The height sets the scale, as it alone does not depend on which way the model
    faces; without one the width does, then the length. Where the other dimensions then differ by more than
    `tolerance`, a finding says by how much.
    """
    low, high = (corner.astype(np.float64) for corner in model.bounds)
    extent = high - low
    scale = 1.0
    findings: tuple[Finding, ...] = ()
    if dimensions is not None:
        scale, findings = _scale(extent, dimensions, tolerance)
    base = np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])
    meshes = tuple(
        replace(mesh, positions=((mesh.positions - base) * scale).astype(np.float32)) for mesh in model.meshes
    )
    return replace(model, meshes=meshes), findings


def _scale(
    extent: np.ndarray[tuple[int], np.dtype[np.float64]], dimensions: Dimensions, tolerance: float
) -> tuple[float, tuple[Finding, ...]]:
    named = zip(AXES, dimensions.metres, extent, strict=True)
    known = [(axis, true, float(now)) for axis, true, now in named if true is not None]
    given = [(axis, true, now) for axis, true, now in known if now > FLAT * float(extent.max())]
    if not given:
        flat = ", ".join(axis for axis, _, _ in known)
        message = f"the model is flat along {flat}: its size cannot be set from there"
        return 1.0, (finding("SIZE_UNKNOWN", message),)
    by, true, now = next((g for g in given if g[0] == AXES[1]), given[0])
    scale = true / now
    off = {axis: now * scale / true - 1 for axis, true, now in given}
    worst = max(abs(share) for share in off.values())
    if worst <= tolerance:
        return scale, ()
    beside = ", ".join(f"{axis} by {share:+.0%}" for axis, share in off.items() if abs(share) > tolerance)
    message = (
        f"the model's proportions are not the catalogue's: scaled by its {by}, it is off in {beside}; "
        f"{tolerance:.0%} is allowed"
    )
    return scale, (finding("DIMENSION_OFF", message, measured=worst, limit=tolerance),)
