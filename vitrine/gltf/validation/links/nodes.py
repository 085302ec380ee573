"""Nodes and scenes: references, parents, loops (glTF 2.0 section 3.5)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vitrine.gltf.validation.links.linker import Linker
from vitrine.gltf.validation.links.meshes import Primitive
from vitrine.gltf.validation.links.node_graph import NodeGraph
from vitrine.gltf.validation.links.textures import resolve_column
from vitrine.gltf.validation.rows import Rows

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def link_nodes(linker: Linker, primitives: dict[int, Primitive]) -> NodeGraph:
    """Resolve the references of nodes; return who is whose parent."""
    nodes, meshes = linker.document.lists["nodes"], linker.document.lists["meshes"]
    for name, target in (("camera", "cameras"), ("skin", "skins"), ("mesh", "meshes")):
        resolve_column(linker, nodes, name, target)
    if len(nodes):
        _check_meshes(linker, nodes, meshes, primitives)
    _link_lights(linker)
    return NodeGraph(_parents(linker, nodes))


def _check_meshes(linker: Linker, nodes: Rows, meshes: Rows, primitives: dict[int, Primitive]) -> None:
    """Skins and weights of nodes fit their meshes."""
    of_node = nodes.array("mesh")
    drawn = np.array([bool(numbers) for numbers in meshes.values["primitives"]], bool)
    rows = np.flatnonzero(meshes.holds(of_node))
    rows = rows[drawn[of_node[rows]]] if len(rows) else rows
    joints = [_has_joints(numbers, primitives) for numbers in meshes.values["primitives"]]
    has_joints = np.array(joints, bool)[of_node[rows]]
    has_skin = linker.document.lists["skins"].holds(nodes.array("skin")[rows])
    for code, flags in (
        ("NODE_SKIN_WITH_NON_SKINNED_MESH", has_skin & ~has_joints),
        ("NODE_SKINNED_MESH_WITHOUT_SKIN", ~has_skin & has_joints),
    ):
        for row in rows[flags].tolist():
            linker.add(code, nodes.pointer(row))
    has_weights = np.array([nodes.values["weights"][row] is not None for row in rows.tolist()], bool)
    for row in rows[has_weights].tolist():
        _check_weights(linker, nodes, row, meshes)
    keeps_weights = np.zeros(len(meshes), bool)
    keeps_weights[of_node[rows[~has_weights]]] = True
    _report_unused_weights(linker, keeps_weights)


def _has_joints(numbers: range | None, primitives: dict[int, Primitive]) -> bool:
    return any(primitives[number].names.counts["JOINTS"] for number in numbers or ())


def _check_weights(linker: Linker, nodes: Rows, row: int, meshes: Rows) -> None:
    weights, first = nodes.values["weights"][row], meshes.values["primitives"][nodes.values["mesh"][row]][0]
    targets = meshes.children[("primitives",)].values["targets"][first]
    if targets is None or len(targets) != len(weights):
        pointer = nodes.pointer(row, "weights")
        linker.add("NODE_WEIGHTS_INVALID", pointer, len(weights), len(targets or ()))


def _report_unused_weights(linker: Linker, keeps_weights: Flags) -> None:
    """Weights of a mesh whose nodes all have their own have no effect."""
    meshes = linker.document.lists["meshes"]
    for row, weights in enumerate(meshes.values.get("weights", ())):
        if weights is not None and linker.document.used["meshes"][row] and not keeps_weights[row]:
            linker.add("UNUSED_MESH_WEIGHTS", meshes.pointer(row, "weights"))


def _link_lights(linker: Linker) -> None:
    for rows in linker.document.of("lightReference"):
        for row, light in enumerate(rows.values["light"]):
            if not any(linker.document.of("lightList")):
                linker.add("UNSATISFIED_DEPENDENCY", rows.pointer(row), "KHR_lights_punctual of the document")
            elif linker.document.resolve("lights", light, rows.pointer(row, "light")):
                linker.document.mark("lights", light)


def _parents(linker: Linker, nodes: Rows) -> Ints:
    """Return the parent of each node, the last one where several nodes have it as a child."""
    parents = np.full(len(nodes), -1, np.int64)
    rows, places, children = references(linker, nodes, "children")
    parents[children] = rows
    first = np.zeros(len(children), bool)
    first[np.unique(children, return_index=True)[1]] = True
    for row, place, child in zip(rows[~first], places[~first], children[~first], strict=True):
        linker.add("NODE_PARENT_OVERRIDE", nodes.pointer(int(row), "children", int(place)), int(child))
    return parents


def references(linker: Linker, rows: Rows, name: str) -> tuple[Ints, Ints, Ints]:
    """Resolve lists of nodes: return row, place in the list and node of each reference to one that exists."""
    lists = [indices or () for indices in rows.values.get(name, ())]
    lengths = np.array([len(indices) for indices in lists], np.int64)
    flat = [min(index, 1 << 53) for indices in lists for index in indices]
    nodes = np.array(flat, np.int64)
    owners = np.repeat(np.arange(len(lists)), lengths)
    places = np.arange(len(nodes)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    known = linker.document.lists["nodes"].holds(nodes)
    linker.document.used["nodes"][nodes[known]] = True
    for number in np.flatnonzero(~known & (nodes != -1)).tolist():
        pointer = rows.pointer(int(owners[number]), name, int(places[number]))
        linker.add("UNRESOLVED_REFERENCE", pointer, flat[number])
    return owners[known], places[known], nodes[known]


def link_scenes(linker: Linker, graph: NodeGraph) -> None:
    """The nodes of scenes have no parents."""
    scenes = linker.document.lists["scenes"]
    rows, places, nodes = references(linker, scenes, "nodes")
    for number in np.flatnonzero(graph.parents[nodes] != -1).tolist():
        pointer = scenes.pointer(int(rows[number]), "nodes", int(places[number]))
        linker.add("SCENE_NON_ROOT_NODE", pointer, int(nodes[number]))


def check_nodes(linker: Linker, graph: NodeGraph, joints: Flags) -> None:
    """Find nodes that are empty, and loops."""
    nodes = linker.document.lists["nodes"]
    if not len(nodes):
        return
    empty = nodes.presence() & ~joints
    for name, target in (("camera", "cameras"), ("mesh", "meshes")):
        empty &= ~linker.document.lists[target].holds(nodes.array(name))
    empty &= np.array([children is None for children in nodes.values["children"]])
    empty &= np.array(nodes.extension_counts) == 0
    for row in np.flatnonzero(empty).tolist():
        if nodes.items[row].get("extras") is None:
            linker.add("NODE_EMPTY", nodes.pointer(row))
    for row in np.flatnonzero(graph.in_loops()).tolist():
        linker.add("NODE_LOOP", nodes.pointer(row))
