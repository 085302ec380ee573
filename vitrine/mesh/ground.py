"""Stand the model where viewers and AR expect it, at its true size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.gltf.model import Model
from vitrine.models import Dimensions, Finding

AXES = ("width (x)", "height (y)", "length (z)")


def ground(
    model: Model, dimensions: Dimensions | None, *, tolerance: float
) -> tuple[Model, tuple[Finding, ...]]:
    """A copy with its bottom centre at the origin and, when the catalogue gives any dimension, in metres.

    Generated models come back in a unit cube around the origin; viewers and AR take one unit for one metre
    and stand things on y = 0. With several dimensions given the model takes the scale that fits them best
    (the geometric mean), and every one that is then off by more than `tolerance` is a finding.
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
    given = [
        (axis, true, float(now))
        for axis, true, now in zip(AXES, dimensions.metres, extent, strict=True)
        if true is not None
    ]
    flat = [axis for axis, _, now in given if now <= 0]
    if flat:
        message = f"the model is flat along {', '.join(flat)}: its size cannot be set from there"
        return 1.0, (Finding(code="SIZE_UNKNOWN", severity="warning", message=message),)
    scale = float(np.exp(np.mean([np.log(true / now) for _, true, now in given])))
    findings = []
    for axis, true, now in given:
        off = abs(now * scale / true - 1)
        if off > tolerance:
            message = (
                f"{axis} is {now * scale:.3f} m, the catalogue says {true:.3f} m: off by {off:.1%}, "
                f"{tolerance:.0%} is allowed"
            )
            findings.append(
                Finding(
                    code="DIMENSION_OFF", severity="warning", message=message, measured=off, limit=tolerance
                )
            )
    return scale, tuple(findings)
