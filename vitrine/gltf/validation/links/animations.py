"""Animations: samplers, channels and their targets (glTF 2.0 section 3.11)."""

from __future__ import annotations

from typing import Any

from vitrine.gltf.validation.links.formats import ANIMATED, TIMES
from vitrine.gltf.validation.links.linker import OTHER, DataCheck, Linker
from vitrine.gltf.validation.rows import Rows

INPUT, OUTPUT = "animation input", "animation output"
CUBICSPLINE = "CUBICSPLINE"
TRANSFORMS = ("translation", "rotation", "scale")


def link_animations(linker: Linker) -> None:
    """Resolve the accessors of samplers, and the samplers and nodes of channels."""
    animations = linker.document.lists["animations"]
    for row in range(len(animations)):
        channels, samplers = animations.values["channels"][row], animations.values["samplers"][row]
        if channels is None or samplers is None:
            continue
        sampler_rows = animations.children[("samplers",)]
        channel_rows = animations.children[("channels",)]
        for number in samplers:
            _link_sampler(linker, sampler_rows, number)
        used = {_link_channel(linker, channel_rows, number, sampler_rows, samplers) for number in channels}
        _check_targets(linker, channel_rows, channels)
        for number in samplers:
            if number not in used:
                linker.add("UNUSED_OBJECT", sampler_rows.pointer(number))


def _link_sampler(linker: Linker, rows: Rows, row: int) -> None:
    values = linker.accessors.values
    cubic = rows.values["interpolation"][row] == CUBICSPLINE
    accessor, pointer = rows.values["input"][row], rows.pointer(row, "input")
    if _use(linker, accessor, INPUT, pointer):
        found = linker.format(accessor)
        if found in TIMES:
            linker.check_data(accessor, DataCheck("times", pointer))
        else:
            names = list(map(str, TIMES))
            linker.add("ANIMATION_SAMPLER_INPUT_ACCESSOR_INVALID_FORMAT", pointer, str(found), names)
        if values["min"][accessor] is None or values["max"][accessor] is None:
            linker.add("ANIMATION_SAMPLER_INPUT_ACCESSOR_WITHOUT_BOUNDS", pointer)
        if cubic and values["count"][accessor] < 2:
            count = values["count"][accessor]
            linker.add("ANIMATION_SAMPLER_INPUT_ACCESSOR_TOO_FEW_ELEMENTS", pointer, count)
    _use(linker, rows.values["output"][row], OUTPUT, rows.pointer(row, "output"))


def _use(linker: Linker, accessor: int, usage: str, pointer: str) -> bool:
    if not linker.document.resolve("accessors", accessor, pointer):
        return False
    linker.use_accessor(accessor, usage, pointer)
    view = linker.view_of(accessor)
    if view is not None:
        linker.use_view(view, OTHER, pointer)
        if linker.stride_of_view(view) != -1:
            linker.add("ANIMATION_SAMPLER_ACCESSOR_WITH_BYTESTRIDE", pointer)
    return True


def _link_channel(linker: Linker, rows: Rows, row: int, samplers: Rows, known: range) -> int:
    """Resolve a channel; return the row of its sampler, -1 without one."""
    targets = rows.children[("target",)]
    target = rows.values["target"][row]
    if target != -1:
        _link_target(linker, targets, target)
    index, pointer = rows.values["sampler"][row], rows.pointer(row, "sampler")
    if not 0 <= index < len(known):
        if index != -1:
            linker.add("UNRESOLVED_REFERENCE", pointer, index)
        return -1
    sampler: int = known[index]
    output = samplers.values["output"][sampler]
    if target != -1 and linker.accessors.has(output):
        path = targets.values["path"][target]
        _check_output(linker, samplers, sampler, path, pointer)
        _check_count(linker, samplers, sampler, _expected_width(linker, targets, target), pointer)
    return sampler


def _link_target(linker: Linker, rows: Rows, row: int) -> None:
    nodes = linker.document.lists["nodes"]
    node, path = rows.values["node"][row], rows.values["path"][row]
    if not linker.document.resolve("nodes", node, rows.pointer(row, "node")):
        return
    linker.document.mark("nodes", node)
    if path in TRANSFORMS:
        if nodes.values["matrix"][node] is not None:
            linker.add("ANIMATION_CHANNEL_TARGET_NODE_MATRIX", rows.pointer(row))
        if linker.document.lists["skins"].has(nodes.values["skin"][node]):
            linker.add("ANIMATION_CHANNEL_TARGET_NODE_SKIN", rows.pointer(row, "path"))
    elif path == "weights" and _targets_of(linker, node) is None:
        linker.add("ANIMATION_CHANNEL_TARGET_NODE_WEIGHTS_NO_MORPHS", rows.pointer(row))


def _targets_of(linker: Linker, node: int) -> list[Any] | None:
    """Return the morph targets of the first primitive of a node's mesh, `None` without any."""
    nodes, meshes = linker.document.lists["nodes"], linker.document.lists["meshes"]
    mesh = nodes.values["mesh"][node] if nodes.has(node) else -1
    primitives = meshes.values["primitives"][mesh] if meshes.has(mesh) else None
    if not primitives:
        return None
    targets: list[Any] | None = meshes.children[("primitives",)].values["targets"][primitives[0]]
    return targets


def _check_output(linker: Linker, samplers: Rows, sampler: int, path: str | None, pointer: str) -> None:
    output = samplers.values["output"][sampler]
    found = linker.format(output)
    if path == "rotation" and found.type in ("VEC4", "MAT2"):
        cubic = samplers.values["interpolation"][sampler] == CUBICSPLINE
        linker.check_data(output, DataCheck("quaternions", pointer, flag=cubic))
    allowed = ANIMATED.get(path or "")
    if allowed is not None and found not in allowed:
        names = sorted(map(str, allowed))
        linker.add("ANIMATION_SAMPLER_OUTPUT_ACCESSOR_INVALID_FORMAT", pointer, str(found), path, names)


def _expected_width(linker: Linker, targets: Rows, target: int) -> int:
    """Return how many elements of the output belong to a key frame; 0 where it is not known."""
    path = targets.values["path"][target]
    if path == "weights":
        return len(_targets_of(linker, targets.values["node"][target]) or ())
    return int(path in TRANSFORMS)


def _check_count(linker: Linker, samplers: Rows, sampler: int, width: int, pointer: str) -> None:
    counts = linker.accessors.values["count"]
    times = samplers.values["input"][sampler]
    found, interpolation = (
        counts[samplers.values["output"][sampler]],
        samplers.values["interpolation"][sampler],
    )
    if not linker.accessors.has(times) or -1 in (counts[times], found) or interpolation is None:
        return
    expected = counts[times] * width * (3 if interpolation == CUBICSPLINE else 1)
    if expected not in (0, found):
        linker.add("ANIMATION_SAMPLER_OUTPUT_ACCESSOR_INVALID_COUNT", pointer, expected, found)


def _check_targets(linker: Linker, rows: Rows, channels: range) -> None:
    """No two channels of an animation have the same target."""
    targets = rows.children[("target",)]
    later: dict[tuple[int, Any], int] = {}
    for number in reversed(channels):
        target = rows.values["target"][number]
        if target == -1 or targets.values["node"][target] == -1:
            continue
        key = (targets.values["node"][target], targets.values["path"][target])
        if key in later and rows.values["sampler"][number] != -1:
            linker.add("ANIMATION_DUPLICATE_TARGETS", rows.pointer(number, "target"), later[key])
        later.setdefault(key, rows.numbers[number] if rows.numbers else 0)


def link_animation_pointers(linker: Linker) -> None:
    """A target of KHR_animation_pointer has the path "pointer", and no node."""
    nodes = linker.document.lists["nodes"]
    for rows in linker.document.of("KHR_animation_pointer"):
        targets = rows.parent
        assert targets is not None
        for row, target in enumerate(rows.owners):
            pointer = rows.pointer(row)
            linker.add("INCOMPLETE_EXTENSION_SUPPORT", pointer)
            if nodes.has(targets.values["node"][target]):
                linker.add("KHR_ANIMATION_POINTER_ANIMATION_CHANNEL_TARGET_NODE", pointer)
            path = targets.values["path"][target]
            if path != "pointer":
                linker.add("KHR_ANIMATION_POINTER_ANIMATION_CHANNEL_TARGET_PATH", pointer, path)
