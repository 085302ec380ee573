"""Extensions that the Khronos glTF Validator does not know, and that files of Vitrine have or meet.

What is wrong with their objects is kept apart from the other issues: see `Report.more_issues`.
"""

from __future__ import annotations

from vitrine.gltf.validation.rows import Cursor, Document, Rows
from vitrine.gltf.validation.schema.fields import Child, Field, Flag, Index, Text, Uint

_MESHOPT = {"bufferView": "meshopt", "buffer": "meshoptFallback"}
MORE_PLACES: dict[str, dict[str, str]] = {
    "EXT_meshopt_compression": _MESHOPT,
    "KHR_meshopt_compression": _MESHOPT,
    "EXT_mesh_gpu_instancing": {"node": "instancing"},
    "KHR_draco_mesh_compression": {"primitive": "draco"},
    "KHR_node_visibility": {"node": "visibility"},
    "KHR_texture_basisu": {"texture": "basisu"},
}
"""Each extension: the types of object that may have it, and the type of its own object."""

FILTERS = ("NONE", "OCTAHEDRAL", "QUATERNION", "EXPONENTIAL", "COLOR")
MORE_OBJECTS: dict[str, tuple[Field, ...]] = {
    "meshopt": (
        Index(name="buffer", required=True),
        Uint(name="byteOffset", default=0),
        Uint(name="byteLength", required=True, minimum=1),
        Uint(name="byteStride", required=True, minimum=1, maximum=256),
        Uint(name="count", required=True, minimum=1),
        Text(name="mode", required=True, choices=("ATTRIBUTES", "TRIANGLES", "INDICES")),
        Text(name="filter", choices=FILTERS, default="NONE"),
    ),
    "meshoptFallback": (Flag(name="fallback"),),
    "instancing": (Child(name="attributes", kind="instancingAttributes", required=True),),
    "instancingAttributes": tuple(Index(name=name) for name in ("TRANSLATION", "ROTATION", "SCALE")),
    "draco": (
        Index(name="bufferView", required=True),
        Child(name="attributes", kind="dracoAttributes", required=True),
    ),
    "dracoAttributes": (),
    "visibility": (Flag(name="visible", default=True),),
    "basisu": (Index(name="source"),),
}
OPEN = frozenset({"instancingAttributes", "dracoAttributes"})
"""Types of object with names of one's own."""

REFERENCES = {
    ("meshopt", "buffer"): "buffers",
    ("instancingAttributes", "TRANSLATION"): "accessors",
    ("instancingAttributes", "ROTATION"): "accessors",
    ("instancingAttributes", "SCALE"): "accessors",
    ("draco", "bufferView"): "bufferViews",
    ("basisu", "source"): "images",
}
"""Properties that are indices, and of what."""


def check_meshopt(rows: Rows, cursor: Cursor) -> None:
    """Strides and counts fit the mode (EXT_meshopt_compression, "Specifying compressed views")."""
    values = rows.values
    for cursor.row, mode in enumerate(values["mode"]):
        stride, count = values["byteStride"][cursor.row], values["count"][cursor.row]
        if mode == "ATTRIBUTES" and stride != -1 and stride % 4:
            cursor.add("VALUE_MULTIPLE_OF", "byteStride", values=(stride, 4))
        if mode in ("TRIANGLES", "INDICES") and stride not in (-1, 2, 4):
            cursor.add("VALUE_NOT_IN_RANGE", "byteStride", values=(stride,))
        if mode == "TRIANGLES" and count != -1 and count % 3:
            cursor.add("VALUE_MULTIPLE_OF", "count", values=(count, 3))


def link_more_extensions(document: Document) -> None:
    """Resolve the indices in the objects of these extensions."""
    if document.more is None:
        return
    for (kind, name), target in REFERENCES.items():
        for rows in document.more.of(kind):
            for row, index in enumerate(rows.values[name]):
                if index != -1 and not document.lists[target].has(index):
                    document.more.issues.add("UNRESOLVED_REFERENCE", rows.pointer(row, name), index)
