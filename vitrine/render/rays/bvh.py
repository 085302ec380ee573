"""Embree's search tree over triangles, handed over as whole arrays.

The `embreex` package copies a mesh into embree number by number, which takes longer than embree needs to sort
it, and no other thread gets on meanwhile. Its scene is a C struct that its `rtcore_scene.pxd` publishes for
other extensions; here the same functions of embree are called on it, each with one array, and with the
interpreter lock let go. Where library or struct are not what they were, the package's own way is taken.
"""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path

import embreex
import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore import EmbreeDevice
from embreex.rtcore_scene import EmbreeScene

from vitrine.arrays import Floats, Ints

# `rtcore_common.h`, `rtcore_buffer.h` and `rtcore_geometry.h` of embree 4.
_TRIANGLE, _INDEX, _VERTEX, _UINT3, _FLOAT3 = 0, 0, 1, 0x5003, 0x9003
_HEAD = 2 * ctypes.sizeof(ctypes.c_void_p)
"""Bytes before the first field of an object: its reference count and its type"""


class _SceneFields(ctypes.Structure):
    """What `rtcore_scene.pxd` says an `EmbreeScene` holds."""

    _fields_ = (("scene", ctypes.c_void_p), ("is_committed", ctypes.c_int), ("device", ctypes.c_void_p))


def build_bvh(positions: Floats, triangles: Ints) -> EmbreeScene:
    """A tree over triangles (m, 3) of positions (n, 3), closed against rays slipping between them.

    Every index must be below n: embree does not look.
    """
    device = EmbreeDevice()
    tree = EmbreeScene(device, robust=True)
    fields = _fields(tree, device)
    embree = _embree()
    if fields is None or embree is None:
        TriangleMesh(tree, positions, triangles)
        tree.run(np.zeros((1, 3), np.float32), np.ones((1, 3), np.float32))
        return tree
    handle = ctypes.c_void_p.from_address(id(device) + _HEAD).value
    geometry = embree.rtcNewGeometry(handle, _TRIANGLE)
    _fill(embree, geometry, (_VERTEX, _FLOAT3), np.ascontiguousarray(positions, np.float32))
    _fill(embree, geometry, (_INDEX, _UINT3), np.ascontiguousarray(triangles, np.uint32))
    embree.rtcCommitGeometry(geometry)
    embree.rtcAttachGeometry(fields.scene, geometry)
    embree.rtcReleaseGeometry(geometry)
    embree.rtcCommitScene(fields.scene)
    tree.is_committed = 1
    return tree


def _fill(embree: ctypes.CDLL, geometry: int, kind: tuple[int, int], rows: Floats | Ints) -> None:
    """Copy (n, 3) rows of 4 bytes a number into a new buffer of a geometry."""
    buffer, format_ = kind
    at = embree.rtcSetNewGeometryBuffer(geometry, buffer, 0, format_, rows.itemsize * 3, len(rows))
    if not at:
        raise MemoryError(f"embree has no room for {rows.nbytes} bytes")
    ctypes.memmove(at, rows.ctypes.data, rows.nbytes)


def _fields(tree: EmbreeScene, device: EmbreeDevice) -> _SceneFields | None:
    """The scene's fields; `None` unless all that can be checked of them is where it should be."""
    if EmbreeScene.__basicsize__ != _HEAD + ctypes.sizeof(_SceneFields):
        return None
    fields = _SceneFields.from_address(id(tree) + _HEAD)
    tree.is_committed = 0x5EED
    as_told = fields.is_committed == 0x5EED and fields.device == id(device) and bool(fields.scene)
    tree.is_committed = 0
    return fields if as_told else None


@cache
def _embree() -> ctypes.CDLL | None:
    """The embree 4 that `embreex` brought and has loaded; `None` when it is not found."""
    package = Path(embreex.__file__).parent
    folders = (package.with_name("embreex.libs"), package / ".dylibs", package)
    found = [path for folder in folders for path in sorted(folder.glob("*embree4*")) if path.is_file()]
    if not found:
        return None
    library = ctypes.CDLL(str(found[0]))
    whole, pointer, size = ctypes.c_uint, ctypes.c_void_p, ctypes.c_size_t
    try:
        library.rtcNewGeometry.argtypes = [pointer, whole]
        library.rtcNewGeometry.restype = pointer
        library.rtcSetNewGeometryBuffer.argtypes = [pointer, whole, whole, whole, size, size]
        library.rtcSetNewGeometryBuffer.restype = pointer
        library.rtcAttachGeometry.argtypes = [pointer, pointer]
        for name in ("rtcCommitGeometry", "rtcReleaseGeometry", "rtcCommitScene"):
            getattr(library, name).argtypes = [pointer]
            getattr(library, name).restype = None
    except AttributeError:
        return None
    return library
