"""A raw generated model, made fit to be simplified and shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.geometry.join import remove_unreferenced_vertices
from vitrine.geometry.normals import fix_normals
from vitrine.gltf.model import Material, Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.gltf.writer.write_glb import write_glb
from vitrine.models import Dimensions, Fidelity, Finding
from vitrine.recipe import RepairOptions
from vitrine.repair.alpha_mode import OPAQUE_LEVEL, set_alpha_mode, texture_alpha
from vitrine.repair.degenerate import remove_degenerate_triangles
from vitrine.repair.front import Faced, face_front
from vitrine.repair.ground import ground
from vitrine.repair.hidden_parts import remove_hidden_parts
from vitrine.repair.small_parts import remove_small_parts
from vitrine.repair.winding import unify_winding


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired GLB, what was done to it, and its extent along x, y, z in metres."""

    glb: bytes
    findings: tuple[Finding, ...]
    size_m: tuple[float, float, float]
    fidelity: Fidelity | None = None
    """How well it matches the photo, where one was given that can be compared with."""


def repair_model(
    glb: bytes, options: RepairOptions, dimensions: Dimensions | None, *, photo: bytes | None = None
) -> Repaired:
    """Clean, grounded and sized; each finding says what was changed and how often.

    With the cut-out `photo` it was made from, the model is compared with it, and turned to face +Z.
    Raises `ModelError` for a file that cannot be read, or that holds no triangle with an area.
    """
    model, findings, fidelity = repair(read_glb(glb), options, dimensions, photo=photo)
    return Repaired(write_glb(model), findings, size_of(model), fidelity)


def size_of(model: Model) -> tuple[float, float, float]:
    """Extent along x, y, z."""
    low, high = model.bounds
    x, y, z = (float(side) for side in high - low)
    return x, y, z


def repair(
    model: Model, options: RepairOptions, dimensions: Dimensions | None, *, photo: bytes | None = None
) -> Faced:
    """`repair_model` for a model already in memory."""
    findings = list(model.findings)
    model = _each_mesh(model, findings)
    model, shells, hidden = remove_hidden_parts(model)
    _count(findings, "HIDDEN_PARTS_REMOVED", shells, f"hidden inner parts of {hidden:,} triangles removed")
    model, specks = remove_small_parts(model, options)
    _count(findings, "SMALL_PARTS_REMOVED", specks, "loose specks removed")
    model = replace(
        model, meshes=tuple(remove_unreferenced_vertices(mesh) for mesh in model.meshes), findings=()
    )
    fidelity = None
    if photo is not None:
        model, turned, fidelity = face_front(model, photo, turned=options.face_front)
        findings += turned
    materials = []
    for material in model.materials:
        changed = set_alpha_mode(material, transparent=options.transparent)
        findings += _of_alpha(material, changed)
        materials.append(changed)
    model, sized = ground(
        replace(model, materials=tuple(materials)), dimensions, tolerance=options.dimension_tolerance
    )
    return model, (*findings, *sized), fidelity


def _of_alpha(was: Material, now: Material) -> list[Finding]:
    if was.alpha_mode != now.alpha_mode:
        message = f"alphaMode {was.alpha_mode} is now {now.alpha_mode}, by the alpha of its picture"
        return [finding("ALPHA_MODE_CHANGED", message)]
    alpha = texture_alpha(now.base_color) if now.alpha_mode == "OPAQUE" else None
    share = 0.0 if alpha is None else float((alpha < OPAQUE_LEVEL).mean())
    if not share:
        return []
    message = (
        f"{share:.1%} of a picture's texels are see-through though the material is opaque: every file gets "
        "it without alpha"
    )
    return [finding("ALPHA_FORCED_OPAQUE", message, measured=share)]


def _each_mesh(model: Model, findings: list[Finding]) -> Model:
    meshes = []
    dropped = turned = fixed = 0
    for mesh in model.meshes:
        mesh, count = remove_degenerate_triangles(mesh)
        dropped += count
        if not len(mesh.triangles):
            continue
        mesh, count = unify_winding(mesh)
        turned += count
        mesh, count = fix_normals(remove_unreferenced_vertices(mesh))
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
        findings.append(finding(code, f"{count:,} {what}", measured=float(count)))
