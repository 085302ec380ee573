"""Repair a raw generated model, so that it can be simplified, rendered and published."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.arrays import column_bounds
from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.geometry.normals import fix_normals
from vitrine.geometry.topology import Topology
from vitrine.geometry.vertices import referenced_vertices, remove_unreferenced_vertices
from vitrine.geometry.weld import PositionRemap, weld_positions
from vitrine.gltf.container import DEFAULT_LIMITS
from vitrine.gltf.model import Mesh, Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.gltf.writer.write_glb import write_glb
from vitrine.models import Dimensions, Fidelity, Finding
from vitrine.plain_text import count_of
from vitrine.recipe import ModelLimits, RepairOptions
from vitrine.record import Record
from vitrine.repair.alpha_mode import set_alpha_modes
from vitrine.repair.back_faces import remove_back_faces
from vitrine.repair.degenerate import remove_degenerate_triangles
from vitrine.repair.front import FacedModel, face_front, turn_front
from vitrine.repair.ground import ground
from vitrine.repair.hidden_parts import remove_hidden_parts
from vitrine.repair.ktx2_textures import decode_ktx2_textures
from vitrine.repair.metal_outliers import replace_metal_outliers
from vitrine.repair.sheets import sheet_findings
from vitrine.repair.small_parts import remove_small_parts
from vitrine.repair.specular_glossiness import convert_specular_glossiness
from vitrine.repair.uv_sets import bake_uv_sets
from vitrine.repair.winding import unify_winding
from vitrine.threads import thread_pool


class RepairReport(Record):
    """What was found and changed in a model, and what it measures now."""

    findings: tuple[Finding, ...] = ()
    size_m: tuple[float, float, float]
    """Extent along x, y, z in metres."""
    fidelity: Fidelity | None = None
    """How well the model matches its photo; `None` without a photo that has an outline."""


MAX_EXTENT = 1e9
"""Squares of areas are fourth powers of lengths, and float32 ends at 3.4e38."""


def repair_model(
    glb: bytes,
    options: RepairOptions,
    dimensions: Dimensions | None,
    *,
    photo: bytes | None = None,
    limits: ModelLimits | None = DEFAULT_LIMITS,
) -> tuple[bytes, RepairReport]:
    """Return a repaired GLB, grounded and at its true size; the report says what was changed and how often.

    With the cut-out `photo` that it was made from, the model is compared with it and rotated to face +Z.
    Raises `ModelError` for a file that cannot be read, that exceeds `limits`, or that holds no triangle with
    an area.
    """
    model, report = repair(read_glb(glb, limits), options, dimensions, photo=photo)
    return write_glb(model), report


def repair(
    model: Model, options: RepairOptions, dimensions: Dimensions | None, *, photo: bytes | None = None
) -> tuple[Model, RepairReport]:
    """Do what `repair_model` does for a model already in memory."""
    _check_extent(model)
    model, decoded = decode_ktx2_textures(model)
    model, baked = bake_uv_sets(model)
    model, converted = convert_specular_glossiness(model)
    of_meshes: list[Finding] = []
    with thread_pool(None) as pool:
        mending = pool.submit(replace_metal_outliers, model)  # decodes textures, while meshes need none
        topology = _repair_meshes(model, of_meshes)
        mended, replaced = mending.result()
    findings = [*model.findings, *decoded, *baked, *converted, *replaced, *of_meshes]
    topology = _with_textures(topology, mended)
    topology, alpha = set_alpha_modes(topology, transparent=options.transparent, photo=photo)
    findings += alpha
    topology, hidden, triangles = remove_hidden_parts(topology)
    _count(findings, "HIDDEN_PARTS_REMOVED", hidden, "hidden part", f"of {triangles:,} triangles removed")
    topology, small = remove_small_parts(topology, options)
    _count(findings, "SMALL_PARTS_REMOVED", small, "small loose part", "removed")
    meshes = tuple(remove_unreferenced_vertices(mesh) for mesh in topology.model.meshes)
    model = replace(topology.model, meshes=meshes, findings=())
    faced = FacedModel(model)
    if photo is not None:
        faced = face_front(model, photo, rotate=options.face_front)
    faced = turn_front(faced, options.quarters)
    model, fidelity = faced.model, faced.fidelity
    findings += faced.findings
    model, sized = ground(model, dimensions, tolerance=options.dimension_tolerance)
    return model, RepairReport(findings=(*findings, *sized), size_m=size_of(model), fidelity=fidelity)


def _check_extent(model: Model) -> None:
    """Raise `ModelError` for a model whose areas and volumes do not fit into float32."""
    low, high = model.bounds
    extents = np.asarray(high, np.float64) - np.asarray(low, np.float64)
    axis = int(np.argmax(extents))
    if extents[axis] > MAX_EXTENT:
        raise ModelError(
            f"the model is {extents[axis]:.3g} units long along {'xyz'[axis]}; {MAX_EXTENT:g} is the most "
            "with which areas and volumes fit into float32"
        )


def size_of(model: Model) -> tuple[float, float, float]:
    """Return the model's extent along x, y, z, in its own unit."""
    low, high = model.bounds
    x, y, z = (float(side) for side in high - low)
    return x, y, z


def _repair_meshes(model: Model, findings: list[Finding]) -> Topology:
    """Repair each mesh by itself; it is welded once, and every step gets the remap."""
    meshes: list[Mesh] = []
    remaps: list[PositionRemap] = []
    removed = flipped = fixed = doubled = 0
    both_sides: set[int] = set()
    for mesh in model.meshes:
        remap = weld_positions(mesh.positions)
        mesh, count = remove_degenerate_triangles(mesh, remap)
        removed += count
        if not len(mesh.triangles):
            continue
        mesh, count = remove_back_faces(mesh, remap)
        doubled += count
        both_sides |= {mesh.material} if count else set()
        mesh, count = unify_winding(mesh, remap, keep_inside_out=_shows_others_inside(model, mesh))
        flipped += count
        used = referenced_vertices(mesh)
        if not bool(used.all()):
            mesh, remap = remove_unreferenced_vertices(mesh), remap.take(np.flatnonzero(used))
        mesh, count = fix_normals(mesh, remap)
        fixed += count
        meshes.append(mesh)
        remaps.append(remap)
    if not meshes:
        raise ModelError("the model has no triangle with an area: nothing is left of it")
    _count(findings, "DEGENERATE_REMOVED", removed, "degenerate or duplicate triangle", "removed")
    _count(findings, "BACK_FACES_REMOVED", doubled, "triangle", "on both sides, kept on one side")
    _count(findings, "WINDING_UNIFIED", flipped, "triangle", "flipped to face outward")
    _count(findings, "NORMALS_FIXED", fixed, "broken or missing normal", "computed anew")
    materials = tuple(
        replace(each, double_sided=True) if number in both_sides else each
        for number, each in enumerate(model.materials)
    )
    topology = Topology.of(replace(model, meshes=tuple(meshes), materials=materials), remaps)
    findings += sheet_findings(topology)
    return topology


def _with_textures(topology: Topology, model: Model) -> Topology:
    """Return the topology with the materials of `model`, which are as double-sided as its own."""
    materials = tuple(
        replace(material, double_sided=own.double_sided)
        for material, own in zip(model.materials, topology.model.materials, strict=True)
    )
    return replace(topology, model=replace(topology.model, materials=materials))


def _shows_others_inside(model: Model, mesh: Mesh) -> bool:
    """Return whether a single-sided mesh holds others, which are seen through it as long as it faces inward.

    Skies around a product and outlines drawn as inverted hulls are such meshes.
    """
    if len(model.meshes) < 2 or model.materials[mesh.material].double_sided:
        return False
    low, high = column_bounds(mesh.positions)
    others = [other.positions for other in model.meshes if other is not mesh and len(other.triangles)]
    bounds = (column_bounds(other) for other in others)
    return any(bool((least > low).all() and (most < high).all()) for least, most in bounds)


def _count(findings: list[Finding], code: str, count: int, what: str, done: str) -> None:
    if count:
        findings.append(finding(code, f"{count_of(count, what)} {done}", measured=float(count)))
