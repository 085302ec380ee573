"""Joints and weights of vertices (glTF 2.0 section 3.7.3.3)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.gltf.validation.data.budget import Budget
from vitrine.gltf.validation.data.buffers import Buffers
from vitrine.gltf.validation.data.elements import BLOCK, read_elements
from vitrine.gltf.validation.data.value_checks import Wrong, as_floats
from vitrine.gltf.validation.issue import Issues
from vitrine.gltf.validation.links.linker import Linker
from vitrine.gltf.validation.links.meshes import Primitive

BYTES_A_VERTEX = 16
"""Of joints or weights, as they are checked"""
SUM_TOLERANCE = 2e-7
"""How far the sum of weights may be from one, for each weight that is not zero."""
Array = npt.NDArray[Any]


def check_influences(
    linker: Linker, primitives: dict[int, Primitive], buffers: Buffers, budget: Budget
) -> None:
    """Check the joints and weights of all meshes that nodes use with skins.

    Raises `LimitExceeded` when many primitives refer to the same bytes.
    """
    meshes = linker.document.lists["meshes"]
    done: dict[tuple[Any, ...], InfluenceCheck] = {}
    for mesh, (joints, skin) in _smallest_skins(linker).items():
        for number in meshes.values["primitives"][mesh] or ():
            primitive = primitives[number]
            key = (joints, skin, primitive.vertex_count, tuple(sorted(primitive.attributes.items())))
            if key not in done:
                sets = _read_sets(linker, primitive, buffers)
                if not sets:
                    continue
                budget.take(sum(len(array) for pair in sets for array in pair) * BYTES_A_VERTEX)
                done[key] = _check_sets(sets, joints - 1, skin)
            done[key].report(linker.document.issues, f"{primitive.pointer}/attributes")


def _check_sets(sets: list[tuple[Array, Array]], last_joint: int, skin: int) -> InfluenceCheck:
    check = InfluenceCheck(len(sets), last_joint, skin)
    for start in range(0, min(len(array) for pair in sets for array in pair), BLOCK):
        check.look(start, [(j[start : start + BLOCK], w[start : start + BLOCK]) for j, w in sets])
    return check


def _smallest_skins(linker: Linker) -> dict[int, tuple[int, int]]:
    """Return for each mesh with a skin how many joints its smallest skin has, and that skin."""
    nodes, skins = linker.document.lists["nodes"], linker.document.lists["skins"]
    of_node, meshes = nodes.array("skin"), nodes.array("mesh")
    both = skins.holds(of_node) & linker.document.lists["meshes"].holds(meshes)
    found: dict[int, tuple[int, int]] = {}
    for mesh, skin in sorted(set(zip(meshes[both].tolist(), of_node[both].tolist(), strict=True))):
        joints = skins.values["joints"][skin]
        if joints is not None and (mesh not in found or len(joints) < found[mesh][0]):
            found[mesh] = (len(joints), skin)
    return found


def _read_sets(linker: Linker, primitive: Primitive, buffers: Buffers) -> list[tuple[Array, Array]]:
    """Return joints and weights of each set, (n, 4); nothing where one of them is broken.

    Values of another type than VEC4, which is an issue of its own, are read four by four.
    """
    sets = []
    counts = linker.accessors.values["count"]
    for number in range(primitive.names.counts["JOINTS"]):
        arrays = []
        for semantic in ("JOINTS", "WEIGHTS"):
            accessor = primitive.attributes.get(f"{semantic}_{number}")
            if accessor is None or counts[accessor] != primitive.vertex_count:
                return []
            elements = read_elements(linker, accessor, buffers)
            if elements is None or elements.count > _limit(buffers):
                return []
            flat = elements.all().ravel()
            values: Array = flat[: len(flat) // 4 * 4].reshape(-1, 4)
            is_weight = semantic == "WEIGHTS"
            arrays.append(values if not is_weight or values.dtype.kind == "f" else _Normalized(values))
        sets.append((arrays[0], arrays[1]))
    return sets  # type: ignore[return-value]


def _limit(buffers: Buffers) -> int:
    """Return how many vertices fit into the buffers: accessors of zeros alone are not looked at."""
    return sum(len(data) for data in buffers if data is not None)


class _Normalized:
    """Normalized integers, which become floats block by block."""

    def __init__(self, values: Array) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, part: slice) -> Array:
        return as_floats(self.values[part], normalized=True)


class InfluenceCheck:
    """Joints are those of the skin, weights are positive and sum to one, and no joint occurs twice."""

    def __init__(self, sets: int, last_joint: int, skin: int) -> None:
        self.last_joint = last_joint
        self.skin = skin
        kinds = ("outside", "duplicate", "negative", "unused")
        self.wrong = [{kind: Wrong() for kind in kinds} for _ in range(sets)]
        self.wrong_sum = Wrong()

    def look(self, start: int, sets: list[tuple[Array, Array]]) -> None:
        """Look at the vertices from number `start`: joints and weights (n, 4) of each set."""
        count = min(len(array) for pair in sets for array in pair)
        sets = [(joints[:count], weights[:count]) for joints, weights in sets]
        seen: list[tuple[Array, npt.NDArray[np.bool_]]] = []
        total, tolerance = np.zeros(count, np.float32), np.zeros(count)
        for component in range(4):
            for wrong, (all_joints, all_weights) in zip(self.wrong, sets, strict=True):
                joints, weights = all_joints[:, component], all_weights[:, component].astype(np.float64)
                inside = joints <= self.last_joint
                wrong["outside"].add(start, ~inside, joints)
                weighted = inside & (weights != 0)
                repeated = np.zeros(count, bool)
                for others, flags in seen:
                    repeated |= flags & (others == joints)
                repeated &= weighted
                wrong["duplicate"].add(start, repeated, joints)
                wrong["negative"].add(start, weighted & (weights < 0), weights)
                wrong["unused"].add(start, inside & (weights == 0) & (joints != 0), joints)
                counted = weighted & ~repeated & ~(weights < 0)
                total = np.where(counted, (total + weights).astype(np.float32), total)
                tolerance += np.where(counted, SUM_TOLERANCE, 0)
                seen.append((joints, weighted))
        off = np.abs(total.astype(np.float64) - 1) > tolerance
        self.wrong_sum.add(start, off, total)

    def report(self, issues: Issues, pointer: str) -> None:
        """Add the issues that were found; `pointer` is that of the attributes."""
        for number, wrong in enumerate(self.wrong):
            joints, weights = f"{pointer}/JOINTS_{number}", f"{pointer}/WEIGHTS_{number}"
            limits = (self.last_joint, self.skin)
            wrong["outside"].report(issues, "ACCESSOR_JOINTS_INDEX_OOB", joints, *limits)
            wrong["duplicate"].report(issues, "ACCESSOR_JOINTS_INDEX_DUPLICATE", joints)
            wrong["negative"].report(issues, "ACCESSOR_WEIGHTS_NEGATIVE", weights)
            wrong["unused"].report(issues, "ACCESSOR_JOINTS_USED_ZERO_WEIGHT", joints)
            self.wrong_sum.report(issues, "ACCESSOR_WEIGHTS_NON_NORMALIZED", weights)
