"""Node hierarchy of the scene -> world matrices (glTF 2.0 section 3.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.gltf.reader.buffers import ReaderContext
from vitrine.gltf.reader.instances import instance_matrices
from vitrine.gltf.reader.rotation import rotation_matrices

VISIBILITY = "KHR_node_visibility"
FAR_M = 64.0
"""Beyond it, a step of float32 is more than 4 micrometres."""
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MeshNode:
    """A node with a mesh."""

    node: dict[str, Any]
    mesh: int
    world: Matrix
    """(4, 4) float64, column vectors"""


def world_matrices(context: ReaderContext) -> dict[int, Matrix]:
    """World matrix, (4, 4) float64, of every node of the scene, by index; parents come before children.

    Raises `ModelError` for a node with two parents.
    """
    found: dict[int, Matrix] = {}
    pending = [(root, np.eye(4)) for root in reversed(_roots(context))]
    while pending:
        index, parent = pending.pop()
        node = context.item("nodes", index, "a scene or node")
        if index in found:
            raise ModelError(f"nodes/{index} is reached twice: nodes are no tree")
        found[index] = parent @ local_matrix(node, f"nodes/{index}")
        pending.extend((child, found[index]) for child in reversed(node.get("children") or []))
    return found


def mesh_nodes(context: ReaderContext, worlds: dict[int, Matrix]) -> Iterator[MeshNode]:
    """The nodes with a mesh, depth first; one for each instance of EXT_mesh_gpu_instancing.

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
        for matrix in (None,) if instances is None else instances:
            yield MeshNode(node, node["mesh"], world if matrix is None else world @ matrix)


def _is_visible(node: dict[str, Any]) -> bool:
    return ((node.get("extensions") or {}).get(VISIBILITY) or {}).get("visible", True) is not False


def _places_a_mesh(node: dict[str, Any]) -> bool:
    """Whether the node's matrix places a mesh: that of a skinned mesh is ignored, its joints' count."""
    return node.get("mesh") is not None and node.get("skin") is None


def near_origin(context: ReaderContext, worlds: dict[int, Matrix]) -> dict[int, Matrix]:
    """The matrices moved so that the meshes are near the origin, where float32 keeps tenths of a micrometre.

    Matrices stay as they are while no mesh node is more than `FAR_M` away; otherwise the nodes' mean position
    becomes the origin, with a finding.
    """
    translations = [
        world[:3, 3] for index, world in worlds.items() if _places_a_mesh(context.document["nodes"][index])
    ]
    if not translations or float(np.abs(translations).max()) <= FAR_M:
        return worlds
    origin = np.mean(translations, axis=0)
    distance = float(np.linalg.norm(origin))
    message = f"the nodes are {distance:,.0f} m away from the origin: the model was moved to it"
    context.report(finding("MODEL_MOVED", message, measured=distance, limit=FAR_M))
    moved = np.eye(4)
    moved[:3, 3] = -origin
    return {index: moved @ world for index, world in worlds.items()}


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


def local_matrix(node: dict[str, Any], where: str) -> Matrix:
    """(4, 4) float64 of a node's matrix, or of its translation, rotation (quaternion xyzw) and scale.

    Raises `ModelError` for other than finite numbers, and for a quaternion of zeros.
    """
    if node.get("matrix") is not None:
        matrix = _numbers(node["matrix"], 16, f"{where}/matrix").reshape(4, 4).T
    else:
        rotation = _numbers(node.get("rotation", (0, 0, 0, 1)), 4, f"{where}/rotation")
        matrix = np.eye(4)
        matrix[:3, :3] = rotation_matrices(rotation[None], f"{where}/rotation")[0]
        matrix[:3, :3] *= _numbers(node.get("scale", (1, 1, 1)), 3, f"{where}/scale")
        matrix[:3, 3] = _numbers(node.get("translation", (0, 0, 0)), 3, f"{where}/translation")
    return matrix


def _numbers(values: Any, count: int, where: str) -> npt.NDArray[np.float64]:
    numbers = np.asarray(values, np.float64)
    if numbers.shape != (count,) or not np.isfinite(numbers).all():
        raise ModelError(f"{where} is not {count} finite numbers")
    return numbers
