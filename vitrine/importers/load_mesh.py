"""Wavefront OBJ, PLY, STL and 3MF -> `Model`, by trimesh."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import trimesh

from vitrine.arrays import Floats
from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.geometry.crease_normals import to_creased_normals
from vitrine.gltf.container import DEFAULT_LIMITS
from vitrine.gltf.limits import require
from vitrine.gltf.model import Material, Mesh, Model
from vitrine.importers.material import MaterialFiles, material_of
from vitrine.importers.model_files import ModelFiles, open_archive
from vitrine.importers.stl import check_stl
from vitrine.models import Finding
from vitrine.recipe.limits import ModelLimits

CREASE_DEG = 40.0
"""Edges of shapes from CAD are sharper: the normals of a file without any break there."""
UNITS_3MF_M = {
    "micron": 1e-6,
    "millimeter": 1e-3,
    "millimeters": 1e-3,  # what trimesh says where the file says nothing
    "centimeter": 1e-2,
    "inch": 0.0254,
    "foot": 0.3048,
    "meter": 1.0,
}
"""Metres in each unit of the 3MF core specification, section 3.4."""
Z_UP = (".stl", ".ply", ".3mf")
"""Formats of CAD, scanning and printing, where +Z points up; modelling tools write OBJ with +Y up."""
Z_UP_TO_Y_UP = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], np.float64)


def load_mesh(files: ModelFiles, limits: ModelLimits = DEFAULT_LIMITS) -> Model:
    """Read an .obj (with its .mtl and textures), .ply, .stl or .3mf.

    One mesh a material or object; polygons are split into triangles. Lengths become metres: 3MF states its
    unit, in the others one unit is taken for one metre. +Y points up: STL, PLY and 3MF are taken as +Z up and
    rotated by -90° about x. `Model.findings` says what was assumed and which textures were left out.
    Raises `ModelError` when the file cannot be parsed or holds no triangle.
    """
    suffix = PurePosixPath(files.name).suffix.lower()
    data = files.read_model()
    materials = MaterialFiles(files)
    findings: tuple[Finding, ...] = ()
    try:
        if suffix == ".3mf":
            _check_3mf(data, files.name, limits)
        if suffix == ".stl":
            data, findings = check_stl(data, files.name)
        scene = trimesh.load_scene(io.BytesIO(data), file_type=suffix[1:], resolver=materials, process=False)
        parts = list(_parts(scene))
        if suffix == ".stl":
            for part in parts:
                part.merge_vertices()  # STL repeats the corners of every triangle
    except ModelError:
        raise
    except Exception as error:  # trimesh's parsers raise whatever a broken file trips over
        name = suffix[1:].upper()
        raise ModelError(f"{files.name} cannot be read as {name}: {type(error).__name__}: {error}") from error
    if not parts:
        raise ModelError(f"{files.name} holds no triangle")
    unit_m = 1.0
    if suffix == ".3mf":
        unit = str(scene.metadata.get("units", "millimeter"))
        if unit not in UNITS_3MF_M:
            raise ModelError(f"{files.name} has the unit {unit!r}, which 3MF does not know")
        unit_m = UNITS_3MF_M[unit]
    rotation = Z_UP_TO_Y_UP if suffix in Z_UP else np.eye(3)
    used: list[Material] = []
    meshes = []
    for part in parts:
        material = material_of(part.visual, materials)
        if material not in used:
            used.append(material)
        textured = material.base_color is not None
        meshes.append(_mesh(part, rotation, unit_m, used.index(material), has_texture=textured))
    return Model(tuple(meshes), tuple(used), (*findings, *_assumptions(suffix), *materials.findings()))


def _parts(scene: Any) -> Iterator[Any]:
    """Yield the meshes of a scene where its nodes place them. `Scene.dump` forgets the files' normals."""
    for node in scene.graph.nodes_geometry:
        transform, name = scene.graph[node]
        part = scene.geometry[name]
        if isinstance(part, trimesh.Trimesh) and len(part.faces):
            yield part if np.array_equal(transform, np.eye(4)) else part.copy().apply_transform(transform)


def _check_3mf(data: bytes, name: str, limits: ModelLimits) -> None:
    """Raise `LimitExceeded` if its XML has too many elements: each takes over 100 bytes once parsed."""
    with open_archive(data, name, limits) as archive:
        for member in archive.infolist():
            if member.filename.lower().endswith((".model", ".rels", ".xml")):
                elements = archive.read(member).count(b"<")
                require(limits, "document_values", elements, f"{name} has too many XML elements")


def _mesh(part: Any, rotation: Floats, unit_m: float, material: int, *, has_texture: bool) -> Mesh:
    positions = (np.asarray(part.vertices, np.float64) @ rotation.T * unit_m).astype(np.float32)
    triangles = np.ascontiguousarray(part.faces, np.uint32)
    # Without normals in the file trimesh would compute some: they are left to the repair.
    normals = part._cache.cache.get("vertex_normals") if "vertex_normals" in part._cache.cache else None
    uvs = getattr(part.visual, "uv", None)
    colors = _vertex_colors(part, has_texture=has_texture)
    if colors is not None and len(colors) == len(triangles) != len(positions):
        # Colours of triangles: each triangle needs vertices of its own.
        positions, colors = positions[triangles.reshape(-1)], np.repeat(colors, 3, axis=0)
        triangles = np.arange(len(positions), dtype=np.uint32).reshape(-1, 3)
        normals = uvs = None
    if normals is None and uvs is None and colors is None:
        return replace(to_creased_normals(positions, triangles, crease_deg=CREASE_DEG), material=material)
    return Mesh(
        positions=positions,
        triangles=triangles,
        normals=None if normals is None else (np.asarray(normals) @ rotation.T).astype(np.float32),
        uvs=None if uvs is None else _flipped(np.asarray(uvs, np.float32)),
        material=material,
        colors=colors,
    )


def _flipped(uvs: Floats) -> Floats:
    """(n, 2) float32 with the origin at the top left, as glTF has it; in OBJ and PLY it is at the bottom."""
    return np.column_stack([uvs[:, 0], 1 - uvs[:, 1]])


def _vertex_colors(part: Any, *, has_texture: bool) -> Floats | None:
    """(n, 4) linear RGBA float32 of vertices, or of triangles; `None` without colours.

    An OBJ with UVs has its colours among other attributes, in 0 to 1; beside a texture they are left out.
    """
    kind = getattr(part.visual, "kind", None)
    attribute = part.vertex_attributes.get("color")
    if kind in ("vertex", "face"):
        stored = part.visual.vertex_colors if kind == "vertex" else part.visual.face_colors
        colors = np.asarray(stored, np.float32) / 255
    elif attribute is not None and not has_texture:
        levels = np.asarray(attribute, np.float32)[:, :3]
        scale = np.float32(255 if levels.max(initial=0) > 1 else 1)
        colors = np.column_stack([levels / scale, np.ones(len(levels), np.float32)])
    else:
        return None
    rgb = colors[:, :3]
    # The sRGB curve (IEC 61966-2-1): files store what a screen shows.
    colors[:, :3] = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return colors


def _assumptions(suffix: str) -> tuple[Finding, ...]:
    axis = "+Z is taken as up" if suffix in Z_UP else "+Y is taken as up"
    unit = "its unit is read" if suffix == ".3mf" else "it has no unit: 1 is taken as 1 metre"
    message = f"{suffix} file: {unit}, and {axis}"
    return (finding("UNITS_ASSUMED", message),)
