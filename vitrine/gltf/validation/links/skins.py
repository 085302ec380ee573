"""Skins, and the nodes that use them (glTF 2.0 section 3.7.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from vitrine.gltf.validation.links.formats import MATRICES as MATRIX_FORMATS
from vitrine.gltf.validation.links.linker import MATRICES, DataCheck, Linker
from vitrine.gltf.validation.links.node_graph import NodeGraph
from vitrine.gltf.validation.links.nodes import references
from vitrine.gltf.validation.rows import Rows

MAX_STEPS = 5_000_000
"""Limit for walks along the parents of nodes in a document whose nodes form loops, and for scenes"""
IDENTITIES = {"translation": [0, 0, 0], "rotation": [0, 0, 0, 1], "scale": [1, 1, 1]}


@dataclass(slots=True)
class Roots:
    """The nodes that all joints of a skin descend from."""

    graph: NodeGraph
    deepest: int = -1
    nodes: set[int] | None = None
    """All of them, in a document with loops"""

    def __contains__(self, node: int) -> bool:
        if self.nodes is not None:
            return node in self.nodes
        return self.deepest != -1 and self.graph.is_ancestor(node, self.deepest)

    def top(self) -> int:
        """Return the one without a parent, -1 if there is none."""
        if self.nodes is not None:
            return next((node for node in self.nodes if self.graph.parents[node] == -1), -1)
        return -1 if self.deepest == -1 else self.graph.root_of(self.deepest)

    def is_empty(self) -> bool:
        """Whether there is none."""
        return not self.nodes if self.nodes is not None else self.deepest == -1


@dataclass(slots=True)
class SkinLinker:
    """Resolves the skins of a document."""

    linker: Linker
    graph: NodeGraph
    joints: npt.NDArray[np.bool_]
    """Which nodes are joints"""
    roots: list[Roots] = field(default_factory=list)
    steps: int = 0

    def link(self) -> None:
        """Resolve joints, skeletons and inverse bind matrices."""
        skins = self.linker.document.lists["skins"]
        looped = bool(self.graph.in_loops().any()) if len(skins) else False
        self.roots = [Roots(self.graph, nodes=set() if looped else None) for _ in range(len(skins))]
        rows, _, joints = references(self.linker, skins, "joints")
        self.joints[joints] = True
        for row, node in zip(rows.tolist(), joints.tolist(), strict=True):
            self._narrow(self.roots[row], node)
        for row in range(len(skins)):
            if skins.values["joints"][row] is not None and self.roots[row].is_empty():
                self.linker.add("SKIN_NO_COMMON_ROOT", skins.pointer(row, "joints"))
            self._link_matrices(row)
            skeleton, pointer = skins.values["skeleton"][row], skins.pointer(row, "skeleton")
            if self.linker.document.resolve("nodes", skeleton, pointer) and skeleton not in self.roots[row]:
                self.linker.add("SKIN_SKELETON_INVALID", pointer)

    def _narrow(self, roots: Roots, node: int) -> None:
        """Keep those roots that a joint descends from; without any, its own ancestors are taken."""
        if roots.nodes is None:
            roots.deepest = node if roots.deepest == -1 else self.graph.common_ancestor(roots.deepest, node)
            return
        ancestors: set[int] = set()
        while node != -1 and node not in ancestors and self.steps < MAX_STEPS:
            ancestors.add(node)
            self.steps += 1
            node = int(self.graph.parents[node])
        roots.nodes = roots.nodes & ancestors if roots.nodes else ancestors

    def _link_matrices(self, row: int) -> None:
        linker, skins = self.linker, self.linker.document.lists["skins"]
        accessor, pointer = (
            skins.values["inverseBindMatrices"][row],
            skins.pointer(row, "inverseBindMatrices"),
        )
        if not linker.document.resolve("accessors", accessor, pointer):
            return
        linker.use_accessor(accessor, MATRICES, pointer)
        view = linker.view_of(accessor)
        if view is not None:
            linker.use_view(view, MATRICES, pointer)
            if linker.stride_of_view(view) != -1:
                linker.add("SKIN_IBM_ACCESSOR_WITH_BYTESTRIDE", pointer)
        found = linker.format(accessor)
        if found in MATRIX_FORMATS:
            linker.check_data(accessor, DataCheck("matrices", pointer))
        else:
            linker.add("SKIN_IBM_INVALID_FORMAT", pointer, str(found), list(map(str, MATRIX_FORMATS)))
        joints, count = skins.values["joints"][row], linker.accessors.values["count"][accessor]
        if joints is not None and count < len(joints):
            linker.add("INVALID_IBM_ACCESSOR_COUNT", pointer, len(joints), count)


def check_skinned_nodes(linker: Linker, skins: SkinLinker) -> None:
    """A node with a skin is a root without a transform, in the scenes of its joints."""
    nodes = linker.document.lists["nodes"]
    of_node = nodes.array("skin")
    rows = np.flatnonzero(linker.document.lists["skins"].holds(of_node))
    skinned = list(zip(rows.tolist(), of_node[rows].tolist(), strict=True))
    scenes = _scenes_of(linker) if skinned else {}
    for row, skin in skinned:
        if skins.graph.parents[row] != -1:
            linker.add("NODE_SKINNED_MESH_NON_ROOT", nodes.pointer(row))
        if _has_transform(linker, row):
            linker.add("NODE_SKINNED_MESH_LOCAL_TRANSFORMS", nodes.pointer(row))
        top = skins.roots[skin].top()
        if top != -1 and not scenes.get(row, set()) <= scenes.get(top, set()):
            linker.add("NODE_SKIN_NO_SCENE", nodes.pointer(row))


def _has_transform(linker: Linker, row: int) -> bool:
    values = linker.document.lists["nodes"].values
    matrix = values["matrix"][row]
    if matrix is not None and matrix != np.eye(4).ravel().tolist():
        return True
    return any(values[name][row] not in (None, neutral) for name, neutral in IDENTITIES.items())


def _scenes_of(linker: Linker) -> dict[int, set[int]]:
    """Return the scenes that each node is in."""
    nodes, scenes = linker.document.lists["nodes"], linker.document.lists["scenes"]
    children: dict[int, list[int]] = {}
    for parent, child in _pairs(linker, nodes, "children"):
        children.setdefault(parent, []).append(child)
    found: dict[int, set[int]] = {}
    steps = 0
    waiting = [(node, scene) for scene, node in _pairs(linker, scenes, "nodes")]
    while waiting and steps < MAX_STEPS:
        node, scene = waiting.pop()
        known = found.setdefault(node, set())
        steps += 1
        if scene not in known:
            known.add(scene)
            waiting += [(child, scene) for child in children.get(node, ())]
    return found


def _pairs(linker: Linker, rows: Rows, name: str) -> Iterator[tuple[int, int]]:
    owners, _, nodes = references(linker, rows, name)
    return zip(owners.tolist(), nodes.tolist(), strict=True)
