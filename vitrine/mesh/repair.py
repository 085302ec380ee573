"""A raw generated model, made fit to be simplified and shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vitrine.errors import ModelError
from vitrine.gltf.model import Model
from vitrine.gltf.read import read_glb
from vitrine.gltf.write import write_glb
from vitrine.mesh.alpha_mode import set_alpha_mode
from vitrine.mesh.degenerate import drop_degenerate
from vitrine.mesh.ground import ground
from vitrine.mesh.join import used_only
from vitrine.mesh.normals import fix_normals
from vitrine.mesh.shells import drop_inner_shells
from vitrine.mesh.specks import drop_specks
from vitrine.mesh.winding import unify_winding
from vitrine.models import Dimensions, Finding
from vitrine.recipe import RepairOptions


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired GLB, what was done to it, and its extent along x, y, z in metres."""

    glb: bytes
    findings: tuple[Finding, ...]
    size_m: tuple[float, float, float]


def repair_model(glb: bytes, options: RepairOptions, dimensions: Dimensions | None) -> Repaired:
    """Clean, grounded and sized; each finding says what was changed and how often.

    Raises `ModelError` for a file that cannot be read, or that holds no triangle with an area.
    """
    model, findings = repair(read_glb(glb), options, dimensions)
    return Repaired(write_glb(model), findings, size_of(model))


def size_of(model: Model) -> tuple[float, float, float]:
    """Extent along x, y, z."""
    low, high = model.bounds
    x, y, z = (float(side) for side in high - low)
    return x, y, z


def repair(
    model: Model, options: RepairOptions, dimensions: Dimensions | None
) -> tuple[Model, tuple[Finding, ...]]:
    """`repair_model` for a model already in memory."""
    findings = list(model.findings)
    model = _each_mesh(model, findings)
    model, shells, hidden = drop_inner_shells(model)
    _count(findings, "INNER_SHELLS_REMOVED", shells, f"hidden inner parts of {hidden:,} triangles removed")
    model, specks = drop_specks(model, options)
    _count(findings, "SPECKS_REMOVED", specks, "loose specks removed")
    model = replace(model, meshes=tuple(used_only(mesh) for mesh in model.meshes), findings=())
    modes = [material.alpha_mode for material in model.materials]
    materials = tuple(
        set_alpha_mode(material, transparent=options.transparent) for material in model.materials
    )
    for was, material in zip(modes, materials, strict=True):
        if was != material.alpha_mode:
            message = f"alphaMode {was} is now {material.alpha_mode}, by the alpha of its picture"
            findings.append(Finding(code="ALPHA_MODE_CHANGED", severity="info", message=message))
    model, sized = ground(
        replace(model, materials=materials), dimensions, tolerance=options.dimension_tolerance
    )
    return model, (*findings, *sized)


def _each_mesh(model: Model, findings: list[Finding]) -> Model:
    meshes = []
    dropped = turned = fixed = 0
    for mesh in model.meshes:
        mesh, count = drop_degenerate(mesh)
        dropped += count
        if not len(mesh.triangles):
            continue
        mesh, count = unify_winding(mesh)
        turned += count
        mesh, count = fix_normals(used_only(mesh))
        fixed += count
        meshes.append(mesh)
    if not meshes:
        raise ModelError("the model has no triangle with an area: nothing is left of it")
    _count(findings, "DEGENERATE_REMOVED", dropped, "degenerate or repeated triangles removed")
    _count(findings, "WINDING_UNIFIED", turned, "triangles turned to face outward")
    _count(findings, "NORMALS_FIXED", fixed, "broken or missing normals computed anew")
    return replace(model, meshes=tuple(meshes))


def _count(findings: list[Finding], code: str, count: int, what: str) -> None:
    if count:
        findings.append(
            Finding(code=code, severity="info", message=f"{count:,} {what}", measured=float(count))
        )
