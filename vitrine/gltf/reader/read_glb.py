"""GLB -> `Model`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from vitrine.arrays import Floats
from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.gltf.container import DEFAULT_LIMITS, read_container
from vitrine.gltf.limits import check_document, check_images
from vitrine.gltf.model import Material, Mesh, Model, Texture
from vitrine.gltf.reader.buffers import ReaderContext
from vitrine.gltf.reader.extensions import check_extensions
from vitrine.gltf.reader.materials import UvMapping, read_material
from vitrine.gltf.reader.nodes import Matrix, MeshNode, mesh_nodes, near_origin, scene_nodes, world_matrices
from vitrine.gltf.reader.primitives import (
    PrimitiveArrays,
    apply_morph_targets,
    apply_transforms,
    read_primitive,
)
from vitrine.gltf.reader.scene_size import check_scene
from vitrine.gltf.reader.skin import apply_skin
from vitrine.gltf.thickness import scale_of, scale_thickness
from vitrine.plain_text import count_of
from vitrine.recipe.limits import ModelLimits

LINE_MODES = {0: "points", 1: "lines", 2: "a line loop", 3: "a line strip"}
FAR_TILES = 16
"""UVs this many tiles from 0 are moved; nearer ones stay as they are in the file."""
NOT_STATIC = {"animations": "ANIMATION_LEFT_OUT", "cameras": "CAMERA_LEFT_OUT"}


def read_glb(data: bytes, limits: ModelLimits | None = DEFAULT_LIMITS) -> Model:
    """Read a static model in world space; transforms, morph targets, skins and UV transforms are applied.

    Arrays are read-only views of `data` where nothing is applied. `Model.findings` says what a static model
    leaves out: animations, cameras, points and lines, unknown optional extensions.
    Raises `ModelError` for a file that is no well-formed GLB, that needs an extension which is not read here,
    or that has no triangle; `LimitExceeded` for a larger one than `limits` allow. `None` is for files that
    were written here.
    """
    try:
        container = read_container(data, limits)
        context = ReaderContext(container, findings=list(container.findings), limits=limits)
        if limits is not None:
            check_document(container.document, len(data), limits)
        return _read(context)
    except ModelError:
        raise
    # JSON of another schema: a string for a number, null for a list.
    except (
        *(AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError),
        *(MemoryError, RecursionError),
    ) as error:
        raise ModelError(f"not a well-formed glTF 2.0 document: {type(error).__name__}: {error}") from error


def _read(context: ReaderContext) -> Model:
    findings = context.findings
    findings += check_extensions(context.document)
    for kind, code in NOT_STATIC.items():
        count = len(context.document.get(kind) or [])
        if count:
            message = f"{count_of(count, kind[:-1])}: the model has the pose of its nodes"
            findings.append(finding(code, message, pointer=f"/{kind}"))
    scene = scene_nodes(context)
    if context.limits is not None:
        check_scene(context, scene.order, context.limits)
    worlds = near_origin(context, world_matrices(context, scene))
    nodes = list(mesh_nodes(context, worlds))
    uses = Counter(node.mesh for node in nodes)
    materials: dict[Any, int] = {}
    read: list[tuple[Material, tuple[UvMapping, ...]]] = []
    meshes: list[Mesh] = []
    placed: dict[str, PrimitiveArrays] = {}
    """What several nodes place is read once."""
    for node in nodes:
        for primitive, where in _primitives(context, node):
            key = primitive.get("material")
            if key not in materials:
                materials[key] = len(read)
                read.append(_material(context, key, node))
            mappings = read[materials[key]][1]
            arrays = placed.get(where)
            if arrays is None:
                tex_coords = [mapping.tex_coord for mapping in mappings]
                arrays = read_primitive(context, primitive, tex_coords, where)
            if uses[node.mesh] > 1:
                placed[where] = arrays
            arrays = _placed(context, arrays, primitive, node, worlds, where)
            if not len(arrays.triangles):
                continue
            _report_missing_uvs(context, read[materials[key]][0], mappings, arrays, where)
            meshes.append(_mesh(arrays, mappings, materials[key], read[materials[key]][0]))
    if not meshes:
        raise ModelError("there is no triangle in the scene")
    if context.limits is not None:
        check_images(((number, data) for number, (data, _) in context.images.items()), context.limits)
    return Model(tuple(meshes), tuple(material for material, _ in read), tuple(findings))


def _material(context: ReaderContext, key: Any, node: MeshNode) -> tuple[Material, tuple[UvMapping, ...]]:
    """A primitive's material, with lengths in world space as the first node that uses it scales them."""
    if key is None:
        return Material(), (UvMapping(),)
    material, mappings = read_material(context, key)
    return scale_thickness(material, scale_of(node.worlds)), mappings


def _primitives(context: ReaderContext, node: MeshNode) -> Iterator[tuple[dict[str, Any], str]]:
    mesh = context.item("meshes", node.mesh, "a node")
    for number, primitive in enumerate(mesh.get("primitives") or []):
        where = f"meshes/{node.mesh}/primitives/{number}"
        kind = LINE_MODES.get(primitive.get("mode", 4))
        if kind is None:
            yield primitive, where
            continue
        message = f"{where} has {kind}, which are not carried over"
        context.report(finding("PRIMITIVE_LEFT_OUT", message, pointer=f"/{where}"))


def _placed(
    context: ReaderContext,
    arrays: PrimitiveArrays,
    primitive: dict[str, Any],
    node: MeshNode,
    worlds: dict[int, Matrix],
    where: str,
) -> PrimitiveArrays:
    if primitive.get("targets"):
        mesh = context.item("meshes", node.mesh, "a node")
        weights = node.node.get("weights") or mesh.get("weights")
        arrays = apply_morph_targets(context, arrays, primitive["targets"], weights, where)
    if node.node.get("skin") is not None:
        return apply_skin(context, arrays, primitive, node.node["skin"], worlds, where)
    return apply_transforms(arrays, node.worlds)


def _textures(material: Material) -> list[Texture]:
    core = (
        *(material.base_color, material.metallic_roughness, material.normal),
        *(material.occlusion, material.emissive),
    )
    return [texture for texture in (*core, *material.extension_textures) if texture is not None]


def _report_missing_uvs(
    context: ReaderContext,
    material: Material,
    mappings: tuple[UvMapping, ...],
    arrays: PrimitiveArrays,
    where: str,
) -> None:
    used = {texture.uv for texture in _textures(material)}
    missing = sorted({mappings[uv].tex_coord for uv in used if arrays.uv_sets[uv] is None})
    for number in missing:
        message = (
            f"{where} has no TEXCOORD_{number}, which textures of its material read: they cannot be shown"
        )
        context.report(finding("UV_SET_MISSING", message, pointer=f"/{where}"))


def _near_zero(uvs: Floats, textures: list[Texture]) -> Floats:
    """Move UVs (n, 2) far from 0 there by whole tiles, where float32 and quantization keep their precision.

    Only where all `textures` that read them repeat.
    """
    tiles = np.floor(uvs.min(axis=0).astype(np.float64)) if len(uvs) else np.zeros(2)
    repeat = all((t.sampler.wrap_s, t.sampler.wrap_t) == (10497, 10497) for t in textures)
    if float(np.abs(tiles).max()) < FAR_TILES or not repeat:
        return uvs
    return np.asarray(uvs - tiles, np.float32)


def _mesh(arrays: PrimitiveArrays, mappings: tuple[UvMapping, ...], number: int, material: Material) -> Mesh:
    textures = _textures(material)
    uvs = [
        None
        if values is None
        else _near_zero(mapping.apply(values), [texture for texture in textures if texture.uv == index])
        for index, (mapping, values) in enumerate(zip(mappings, arrays.uv_sets, strict=True))
    ]
    count = len(arrays.positions)
    return Mesh(
        positions=arrays.positions,
        triangles=arrays.triangles,
        normals=arrays.normals,
        uvs=uvs[0],
        material=number,
        other_uvs=tuple(np.zeros((count, 2), np.float32) if each is None else each for each in uvs[1:]),
        tangents=arrays.tangents,
        colors=arrays.colors,
    )
