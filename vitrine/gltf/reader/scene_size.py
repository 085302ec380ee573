"""How much a scene is once every node and every instance has its own triangles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vitrine.errors import ModelError
from vitrine.gltf.limits import count_of, require
from vitrine.gltf.reader.buffers import ReaderContext
from vitrine.gltf.reader.instances import instance_count
from vitrine.recipe.limits import ModelLimits

PLACED = "instances and repeated meshes counted"


def check_scene(context: ReaderContext, nodes: Iterable[int], limits: ModelLimits) -> None:
    """Raise `LimitExceeded` for too many draw calls, vertices or triangles, before an accessor is read.

    `nodes` are those of the scene.
    """
    sizes: dict[Any, tuple[int, int, int]] = {}
    draw_calls = vertices = triangles = 0
    for index in nodes:
        node = context.document["nodes"][index]
        mesh = node.get("mesh")
        if mesh is None:
            continue
        if mesh not in sizes:
            sizes[mesh] = _mesh_size(context, mesh)
        copies = instance_count(context, node)
        draw_calls += sizes[mesh][0]
        vertices += copies * sizes[mesh][1]
        triangles += copies * sizes[mesh][2]
    require(limits, "draw_calls", draw_calls, f"nodes place too many primitives, {PLACED}")
    require(limits, "vertices", vertices, f"the scene has too many vertices, {PLACED}")
    require(limits, "triangles", triangles, f"the scene has too many triangles, {PLACED}")


def _mesh_size(context: ReaderContext, index: Any) -> tuple[int, int, int]:
    """Primitives, vertices and at most so many triangles of a mesh, by the counts of its accessors."""
    primitives = context.item("meshes", index, "a node").get("primitives") or []
    vertices = triangles = 0
    for primitive in primitives:
        positions = (primitive.get("attributes") or {}).get("POSITION")
        corners = primitive.get("indices")
        count = _count(context, positions)
        used = count if corners is None else _count(context, corners)
        vertices += count
        triangles += used // 3 if primitive.get("mode", 4) == 4 else used
    return len(primitives), vertices, triangles


def _count(context: ReaderContext, index: Any) -> int:
    try:
        return count_of(context.item("accessors", index, "a primitive"))
    except ModelError:  # raised again, with its name, where the accessor is read
        return 0
