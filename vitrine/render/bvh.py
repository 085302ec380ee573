"""Build Embree's bounding volume hierarchy (BVH) over triangles, from whole arrays.

The `embreex` package copies a mesh into Embree number by number, which takes longer than to build the BVH,
and holds the GIL meanwhile. Its scene is a C struct that its `rtcore_scene.pxd` publishes for other
extensions; here the same functions of Embree are called on it through ctypes, which releases the GIL, with
whole arrays. Where the library or the struct are not as expected, the package's own constructor is used.
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

# `rtcore_common.h`, `rtcore_buffer.h` and `rtcore_geometry.h` of Embree 4.
_TRIANGLE, _INDEX, _VERTEX, _UINT3, _FLOAT3 = 0, 0, 1, 0x5003, 0x9003
_HEAD = 2 * ctypes.sizeof(ctypes.c_void_p)
"""Bytes before the first field of an object: its reference count and its type"""


class _SceneFields(ctypes.Structure):
    """The fields of an `EmbreeScene`, as declared in `rtcore_scene.pxd`."""

    _fields_ = (("scene", ctypes.c_void_p), ("is_committed", ctypes.c_int), ("device", ctypes.c_void_p))


def build_bvh(positions: Floats, triangles: Ints) -> EmbreeScene:
    """Build a BVH that is robust against rays between adjacent triangles (Embree's `ROBUST` flag).

    Parameters
    ----------
    positions : (n, 3) float32
        Metres
    triangles : (m, 3) int
        Every index must be below n: Embree does not check.
    """
    device = EmbreeDevice()
    scene = EmbreeScene(device, robust=True)
    fields = _fields(scene, device)
    embree = _embree()
    if fields is None or embree is None:
        TriangleMesh(scene, positions, triangles)
        scene.run(np.zeros((1, 3), np.float32), np.ones((1, 3), np.float32))
        return scene
    handle = ctypes.c_void_p.from_address(id(device) + _HEAD).value
    geometry = embree.rtcNewGeometry(handle, _TRIANGLE)
    _fill(embree, geometry, (_VERTEX, _FLOAT3), np.ascontiguousarray(positions, np.float32))
    _fill(embree, geometry, (_INDEX, _UINT3), np.ascontiguousarray(triangles, np.uint32))
    embree.rtcCommitGeometry(geometry)
    embree.rtcAttachGeometry(fields.scene, geometry)
    embree.rtcReleaseGeometry(geometry)
    embree.rtcCommitScene(fields.scene)
    scene.is_committed = 1
    return scene


def _fill(embree: ctypes.CDLL, geometry: int, kind: tuple[int, int], rows: Floats | Ints) -> None:
    """Copy (n, 3) rows of 4-byte numbers into a new buffer of a geometry."""
    buffer, format_ = kind
    address = embree.rtcSetNewGeometryBuffer(geometry, buffer, 0, format_, rows.itemsize * 3, len(rows))
    if not address:
        raise MemoryError(f"Embree cannot allocate {rows.nbytes} bytes")
    ctypes.memmove(address, rows.ctypes.data, rows.nbytes)


def _fields(scene: EmbreeScene, device: EmbreeDevice) -> _SceneFields | None:
    """The scene's fields; `None` when the struct does not have the expected layout."""
    if EmbreeScene.__basicsize__ != _HEAD + ctypes.sizeof(_SceneFields):
        return None
    fields = _SceneFields.from_address(id(scene) + _HEAD)
    scene.is_committed = 0x5EED
    matches = fields.is_committed == 0x5EED and fields.device == id(device) and bool(fields.scene)
    scene.is_committed = 0
    return fields if matches else None


@cache
def _embree() -> ctypes.CDLL | None:
    """The Embree 4 library that `embreex` has loaded; `None` when it is not found."""
    package = Path(embreex.__file__).parent
    folders = (package.with_name("embreex.libs"), package / ".dylibs", package)
    found = [path for folder in folders for path in sorted(folder.glob("*embree4*")) if path.is_file()]
    if not found:
        return None
    library = ctypes.CDLL(str(found[0]))
    unsigned, pointer, size = ctypes.c_uint, ctypes.c_void_p, ctypes.c_size_t
    try:
        library.rtcNewGeometry.argtypes = [pointer, unsigned]
        library.rtcNewGeometry.restype = pointer
        library.rtcSetNewGeometryBuffer.argtypes = [pointer, unsigned, unsigned, unsigned, size, size]
        library.rtcSetNewGeometryBuffer.restype = pointer
        library.rtcAttachGeometry.argtypes = [pointer, pointer]
        for name in ("rtcCommitGeometry", "rtcReleaseGeometry", "rtcCommitScene"):
            getattr(library, name).argtypes = [pointer]
            getattr(library, name).restype = None
    except AttributeError:
        return None
    return library
