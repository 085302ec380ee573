"""Node hierarchy of the scene -> world matrices (glTF 2.0 section 3.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.errors import ModelError
from vitrine.gltf.reader.buffers import ReaderContext

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
    """The nodes with a mesh, depth first."""
    for index, world in worlds.items():
        node = context.item("nodes", index, "the scene")
        if node.get("mesh") is not None:
            yield MeshNode(node, node["mesh"], world)


def _roots(context: ReaderContext) -> list[Any]:
    document = context.document
    if document.get("scenes"):
        scene = context.item("scenes", document.get("scene", 0), "scene")
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
        x, y, z, w = _numbers(node.get("rotation", (0, 0, 0, 1)), 4, f"{where}/rotation")
        length = float(np.sqrt(x * x + y * y + z * z + w * w))
        if length == 0:
            raise ModelError(f"{where}/rotation is zero")
        x, y, z, w = x / length, y / length, z / length, w / length
        matrix = np.eye(4)
        matrix[:3, :3] = [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
        matrix[:3, :3] *= _numbers(node.get("scale", (1, 1, 1)), 3, f"{where}/scale")
        matrix[:3, 3] = _numbers(node.get("translation", (0, 0, 0)), 3, f"{where}/translation")
    return matrix


def _numbers(values: Any, count: int, where: str) -> npt.NDArray[np.float64]:
    numbers = np.asarray(values, np.float64)
    if numbers.shape != (count,) or not np.isfinite(numbers).all():
        raise ModelError(f"{where} is not {count} finite numbers")
    return numbers
