"""Node hierarchy of the scene -> world matrices (glTF 2.0 section 3.5)."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.gltf.limits import require
from vitrine.gltf.reader.buffers import ReaderContext
from vitrine.gltf.reader.instances import instance_matrices
from vitrine.gltf.reader.rotation import rotation_matrices

VISIBILITY = "KHR_node_visibility"
FAR_M = 64.0
"""Beyond it, a step of float32 is more than 4 micrometres."""
UNITS = {5120: 127, 5121: 255, 5122: 32767, 5123: 65535}
"""1 as a normalized integer of each component type."""
Matrix = npt.NDArray[np.float64]
Matrices = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MeshNode:
    """A node with a mesh."""

    node: dict[str, Any]
    mesh: int
    worlds: Matrices
    """(k, 4, 4) float64, column vectors: one matrix, or one for each instance"""


@dataclass(frozen=True, slots=True)
class SceneNodes:
    """The nodes of the scene."""

    order: list[int]
    """Their indices, depth first"""
    parents: npt.NDArray[np.intp]
    """Where in this order each one's parent is; -1 for a root"""
    depths: npt.NDArray[np.intp]


def world_matrices(context: ReaderContext, nodes: SceneNodes) -> dict[int, Matrix]:
    """World matrix, (4, 4) float64, of every node of the scene, by index; parents come before children.

    All nodes of one depth are multiplied at once.
    """
    order, parents, depths = nodes.order, nodes.parents, nodes.depths
    worlds = local_matrices(context, order)
    by_depth = np.argsort(depths, kind="stable")
    starts = np.searchsorted(depths[by_depth], np.arange(1, int(depths.max(initial=0)) + 2))
    for start, end in itertools.pairwise(starts):
        level = by_depth[start:end]
        worlds[level] = worlds[parents[level]] @ worlds[level]
    return dict(zip(order, worlds, strict=True))


def scene_nodes(context: ReaderContext) -> SceneNodes:
    """Return the nodes of the scene.

    Raises `ModelError` for a node with two parents, `LimitExceeded` for too many levels.
    """
    limit = context.limits.node_depth if context.limits else sys.maxsize
    order: list[int] = []
    parents: list[int] = []
    depths: list[int] = []
    seen: set[int] = set()
    pending = [(root, -1, 0) for root in reversed(_roots(context))]
    while pending:
        index, parent, depth = pending.pop()
        node = context.item("nodes", index, "a scene or node")
        if index in seen:
            raise ModelError(f"nodes/{index} is reached twice: nodes are no tree")
        if depth >= limit and context.limits:
            require(context.limits, "node_depth", depth + 1, f"nodes/{index} is too deep in the hierarchy")
        seen.add(index)
        pending.extend((child, len(order), depth + 1) for child in reversed(node.get("children") or []))
        order.append(index)
        parents.append(parent)
        depths.append(depth)
    return SceneNodes(order, np.array(parents, np.intp), np.array(depths, np.intp))


def mesh_nodes(context: ReaderContext, worlds: dict[int, Matrix]) -> Iterator[MeshNode]:
    """The nodes with a mesh, depth first, each with the matrices of its instances.

    Nodes that KHR_node_visibility hides, and those below them, are left out with a finding.
    """
    hidden: set[Any] = set()
    for index, world in worlds.items():
        node = context.item("nodes", index, "the scene")
        if index in hidden or not _is_visible(node):
            hidden.update(node.get("children") or [])
            if node.get("mesh") is not None:
                name = f" ({node['name']})" if node.get("name") else ""
                message = f"nodes/{index}{name} is hidden, and left out"
                context.report(finding("NODE_LEFT_OUT", message, pointer=f"/nodes/{index}"))
            continue
        if node.get("mesh") is None:
            continue
        instances = instance_matrices(context, node, f"nodes/{index}")
        yield MeshNode(node, node["mesh"], world[None] if instances is None else world @ instances)


def _is_visible(node: dict[str, Any]) -> bool:
    return ((node.get("extensions") or {}).get(VISIBILITY) or {}).get("visible", True) is not False


def _places_a_mesh(node: dict[str, Any]) -> bool:
    """Whether the node's matrix places a mesh: that of a skinned mesh is ignored, its joints' count."""
    return node.get("mesh") is not None and node.get("skin") is None


def near_origin(context: ReaderContext, worlds: dict[int, Matrix]) -> dict[int, Matrix]:
    """The matrices moved so that the meshes are near the origin, where float32 keeps tenths of a micrometre.

    Matrices stay as they are while no mesh node is more than `FAR_M` away, nor farther than the model is
    large: quantized levels of a large model have nodes at its corner. Otherwise the nodes' mean position
    becomes the origin, with a finding.
    """
    translations = [
        world[:3, 3] for index, world in worlds.items() if _places_a_mesh(context.document["nodes"][index])
    ]
    farthest = float(np.abs(translations).max(initial=0))
    if farthest <= FAR_M or farthest <= _largest_extent(context, worlds):
        return worlds
    origin = np.mean(translations, axis=0)
    distance = float(np.linalg.norm(origin))
    message = f"the nodes are {distance:,.0f} m away from the origin: the model was moved to it"
    context.report(finding("MODEL_MOVED", message, measured=distance, limit=FAR_M))
    moved = np.eye(4)
    moved[:3, 3] = -origin
    return dict(zip(worlds, moved @ np.stack(list(worlds.values())), strict=True))


def _largest_extent(context: ReaderContext, worlds: dict[int, Matrix]) -> float:
    """Return the longest side in metres of the meshes' boxes, as `min` and `max` of accessors say, or 0."""
    document, largest = context.document, 0.0
    for index, world in worlds.items():
        node = document["nodes"][index]
        if not _places_a_mesh(node):
            continue
        for primitive in context.item("meshes", node["mesh"], f"nodes/{index}").get("primitives") or []:
            number = (primitive.get("attributes") or {}).get("POSITION")
            accessor = context.item("accessors", number, "POSITION") if number is not None else {}
            try:
                size = np.subtract(accessor["max"], accessor["min"], dtype=np.float64)
                unit = UNITS.get(accessor["componentType"], 1) if accessor.get("normalized") else 1
                largest = max(largest, float(np.abs(np.abs(world[:3, :3]) @ size).max() / unit))
            except (KeyError, TypeError, ValueError):
                continue
    return largest if np.isfinite(largest) else 0.0


def _roots(context: ReaderContext) -> list[Any]:
    document = context.document
    scenes = document.get("scenes")
    if scenes:
        filled = (number for number, scene in enumerate(scenes) if scene.get("nodes"))
        default = document.get("scene")
        scene = context.item("scenes", next(filled, 0) if default is None else default, "scene")
        return list(scene.get("nodes") or [])
    nodes = document.get("nodes") or []
    children = {child for node in nodes for child in node.get("children") or []}
    return [index for index in range(len(nodes)) if index not in children]


def local_matrices(context: ReaderContext, order: list[int]) -> Matrices:
    """(n, 4, 4) float64 of nodes: their matrix, or their translation, rotation (quaternion xyzw) and scale.

    Raises `ModelError` for other than finite numbers, and for a quaternion of zeros.
    """
    nodes = [context.document["nodes"][int(index)] for index in order]
    matrices = np.tile(np.eye(4), (len(nodes), 1, 1))
    rotated, rotations = _property(nodes, order, "rotation", 4)
    for at in rotated[~rotations.any(axis=1)][:1]:
        raise ModelError(f"nodes/{order[at]}/rotation is zero")
    matrices[rotated, :3, :3] = rotation_matrices(rotations, "a node's rotation")
    scaled, scales = _property(nodes, order, "scale", 3)
    matrices[scaled, :3, :3] *= scales[:, None, :]
    moved, translations = _property(nodes, order, "translation", 3)
    matrices[moved, :3, 3] = translations
    given, numbers = _property(nodes, order, "matrix", 16)
    matrices[given] = numbers.reshape(-1, 4, 4).transpose(0, 2, 1)
    return matrices


def _property(
    nodes: list[dict[str, Any]], order: list[int], name: str, count: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Positions of the nodes that have a property, and its values, (k, count) float64."""
    found = [(at, node[name]) for at, node in enumerate(nodes) if node.get(name) is not None]
    places = np.array([at for at, _ in found], np.intp)
    try:
        values = np.array([value for _, value in found], np.float64)
    except (TypeError, ValueError):
        values = np.zeros(0)
    if values.shape != (len(found), count) or not np.isfinite(values).all():
        for at, value in found:
            _check_numbers(value, count, f"nodes/{order[at]}/{name}")
    return places, values.reshape(len(found), count)


def _check_numbers(values: Any, count: int, where: str) -> None:
    numbers = np.asarray(values, np.float64)
    if numbers.shape != (count,) or not np.isfinite(numbers).all():
        raise ModelError(f"{where} is not {count} finite numbers")
