"""GLB -> `Model`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vitrine.errors import ModelError
from vitrine.gltf.buffers import Source
from vitrine.gltf.container import read_container
from vitrine.gltf.extensions import check_extensions
from vitrine.gltf.materials import UvUse, read_material
from vitrine.gltf.model import Material, Mesh, Model
from vitrine.gltf.nodes import Matrix, Placed, placed_meshes, world_matrices
from vitrine.gltf.primitives import Arrays, morph, read_primitive, transform
from vitrine.gltf.skin import pose
from vitrine.models import Finding

LINE_MODES = {0: "points", 1: "lines", 2: "a line loop", 3: "a line strip"}
NOT_STATIC = {"animations": "ANIMATION_LEFT_OUT", "cameras": "CAMERA_LEFT_OUT"}


def read_glb(data: bytes) -> Model:
    """A static model in world space: transforms, morph weights, skins and texture transforms applied.

    Arrays are views of `data` where nothing had to change, so they are read-only. What a static model has no
    place for is named in `Model.findings`; what cannot be left out raises `ModelError`.
    """
    try:
        return _read(Source(read_container(data)))
    except ModelError:
        raise
    # A document that breaks the schema in a way not looked for above: a string for a number, null for a list.
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError, MemoryError) as error:
        raise ModelError(f"not a well-formed glTF 2.0 document: {type(error).__name__}: {error}") from error


def _read(source: Source) -> Model:
    findings = list(check_extensions(source.document))
    for kind, code in NOT_STATIC.items():
        count = len(source.document.get(kind) or [])
        if count:
            message = f"{count} {kind}: the model is taken in the pose its nodes have"
            findings.append(Finding(code=code, severity="warning", message=message, pointer=f"/{kind}"))
    worlds = world_matrices(source)
    materials: dict[Any, int] = {}
    read: list[tuple[Material, UvUse]] = []
    meshes: list[Mesh] = []
    for placed in placed_meshes(source, worlds):
        for primitive, where in _primitives(source, placed, findings):
            key = primitive.get("material")
            if key not in materials:
                materials[key] = len(read)
                read.append((Material(), UvUse()) if key is None else read_material(source, key))
            use = read[materials[key]][1]
            arrays = _arrays(source, primitive, placed, worlds, use, where)
            meshes.append(_mesh(arrays, use, materials[key]))
    if not meshes:
        raise ModelError("there is no triangle in the scene")
    return Model(tuple(meshes), tuple(material for material, _ in read), tuple(findings))


def _primitives(
    source: Source, placed: Placed, findings: list[Finding]
) -> Iterator[tuple[dict[str, Any], str]]:
    mesh = source.item("meshes", placed.mesh, "a node")
    for number, primitive in enumerate(mesh.get("primitives") or []):
        where = f"meshes/{placed.mesh}/primitives/{number}"
        kind = LINE_MODES.get(primitive.get("mode", 4))
        if kind is None:
            yield primitive, where
            continue
        message = f"{where} draws {kind}, which are not carried over"
        findings.append(
            Finding(code="PRIMITIVE_LEFT_OUT", severity="warning", message=message, pointer=f"/{where}")
        )


def _arrays(
    source: Source,
    primitive: dict[str, Any],
    placed: Placed,
    worlds: dict[int, Matrix],
    use: UvUse,
    where: str,
) -> Arrays:
    arrays = read_primitive(source, primitive, use.tex_coord, where)
    if primitive.get("targets"):
        mesh = source.item("meshes", placed.mesh, "a node")
        weights = placed.node.get("weights") or mesh.get("weights")
        arrays = morph(source, arrays, primitive["targets"], weights, where)
    if placed.node.get("skin") is not None:
        return pose(source, arrays, primitive, placed.node["skin"], worlds, where)
    return transform(arrays, placed.world)


def _mesh(arrays: Arrays, use: UvUse, material: int) -> Mesh:
    return Mesh(
        positions=arrays.positions,
        triangles=arrays.triangles,
        normals=arrays.normals,
        uvs=None if arrays.uvs is None else use.apply(arrays.uvs),
        material=material,
        tangents=arrays.tangents,
        colors=arrays.colors,
    )
