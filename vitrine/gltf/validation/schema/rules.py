"""Rules about several properties of one object; each is called with all objects of its type."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from vitrine.gltf.validation.rows import Cursor, Rows
from vitrine.gltf.validation.schema.accessor_rules import check_accessors
from vitrine.gltf.validation.schema.columns import read_value
from vitrine.gltf.validation.schema.core import VERSION
from vitrine.gltf.validation.schema.fields import Text
from vitrine.gltf.validation.schema.material_rules import MATERIAL_RULES
from vitrine.gltf.validation.schema.node_rules import check_nodes
from vitrine.gltf.validation.schema.primitive_rules import check_meshes, check_primitives
from vitrine.gltf.validation.schema.uri_rules import check_buffers, check_images

TARGET_PATHS = ("translation", "rotation", "scale", "weights")
ELEMENT_ARRAY_BUFFER = 34963
AFTER_CHILDREN = {"mesh": check_meshes}
"""Rules that look at the objects inside, which are checked before."""
Rule = Callable[[Rows, Cursor], None]


def _check_assets(rows: Rows, cursor: Cursor) -> None:
    """A file's minVersion is at most its version."""
    for cursor.row in range(len(rows)):
        version, minimum = rows.values["version"][cursor.row], rows.values["minVersion"][cursor.row]
        if version is not None and minimum is not None and _version(minimum) > _version(version):
            cursor.add("ASSET_MIN_VERSION_GREATER_THAN_VERSION", "minVersion", values=(minimum, version))


def _version(text: str) -> tuple[int, ...]:
    match = VERSION.fullmatch(text)
    return tuple(int(part[-100:]) for part in match.groups()) if match else (0, 0)


def _check_buffer_views(rows: Rows, cursor: Cursor) -> None:
    values = rows.values
    for cursor.row in range(len(rows)):
        stride, length = values["byteStride"][cursor.row], values["byteLength"][cursor.row]
        if stride == -1:
            continue
        if length != -1 and stride > length:
            cursor.add("BUFFER_VIEW_TOO_BIG_BYTE_STRIDE", "byteStride", values=(stride, length))
        if stride % 4:
            cursor.add("VALUE_MULTIPLE_OF", "byteStride", values=(stride, 4))
        if values["target"][cursor.row] == ELEMENT_ARRAY_BUFFER:
            cursor.add("BUFFER_VIEW_INVALID_BYTE_STRIDE", "byteStride")


def _check_cameras(rows: Rows, cursor: Cursor) -> None:
    for cursor.row, item in enumerate(rows.items):
        if "orthographic" in item and "perspective" in item:
            cursor.add("ONE_OF_MISMATCH", values=(("orthographic", "perspective"),))


def _check_orthographic(rows: Rows, cursor: Cursor) -> None:
    _check_planes(rows, cursor)
    for name in ("xmag", "ymag"):
        for cursor.row, value in enumerate(rows.values[name]):
            if value == 0:
                cursor.add("CAMERA_XMAG_YMAG_ZERO", name)
            elif value < 0:
                cursor.add("CAMERA_XMAG_YMAG_NEGATIVE", name)


def _check_perspective(rows: Rows, cursor: Cursor) -> None:
    _check_planes(rows, cursor)
    for cursor.row, value in enumerate(rows.values["yfov"]):
        if value >= math.pi:
            cursor.add("CAMERA_YFOV_GEQUAL_PI")


def _check_planes(rows: Rows, cursor: Cursor) -> None:
    for cursor.row, (far, near) in enumerate(zip(rows.values["zfar"], rows.values["znear"], strict=True)):
        if far <= near:
            cursor.add("CAMERA_ZFAR_LEQUAL_ZNEAR")


def _check_targets(rows: Rows, cursor: Cursor) -> None:
    pointers = "KHR_animation_pointer" in cursor.document.extensions_loaded
    choices = (*TARGET_PATHS, "pointer") if pointers else TARGET_PATHS
    field = replace(Text(name="path", required=True), choices=choices)
    rows.values["path"] = [read_value(field, cursor) for cursor.row in range(len(rows))]


def _check_lights(rows: Rows, cursor: Cursor) -> None:
    for cursor.row, item in enumerate(rows.items):
        kind = rows.values["type"][cursor.row]
        if kind != "spot" and "spot" in item:
            cursor.add("EXTRA_PROPERTY", "spot")
        if kind == "directional" and not math.isnan(rows.values["range"][cursor.row]):
            cursor.add("EXTRA_PROPERTY", "range")


def _check_spots(rows: Rows, cursor: Cursor) -> None:
    inner: Any
    for cursor.row, inner in enumerate(rows.values["innerConeAngle"]):
        outer = rows.values["outerConeAngle"][cursor.row]
        if inner >= math.pi / 2:
            cursor.add("VALUE_NOT_IN_RANGE", "innerConeAngle", values=(inner,))
        elif outer <= inner:
            cursor.add("KHR_LIGHTS_PUNCTUAL_LIGHT_SPOT_ANGLES", "outerConeAngle", values=(inner, outer))


RULES: dict[str, Rule] = {
    "asset": _check_assets,
    "accessor": check_accessors,
    "buffer": check_buffers,
    "bufferView": _check_buffer_views,
    "camera": _check_cameras,
    "orthographic": _check_orthographic,
    "perspective": _check_perspective,
    "target": _check_targets,
    "image": check_images,
    "primitive": check_primitives,
    "node": check_nodes,
    "light": _check_lights,
    "spot": _check_spots,
    **MATERIAL_RULES,
}
