"""Binary STL -> the same without what breaks a reader, or a sentence that says why it cannot be read."""

from __future__ import annotations

import struct

from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.models import Finding
from vitrine.plain_text import count_of

HEADER_BYTES, TRIANGLE_BYTES = 84, 50
"""A header of 80 bytes and the number of triangles; twelve float32 and a uint16 a triangle."""


def check_stl(data: bytes, name: str) -> tuple[bytes, tuple[Finding, ...]]:
    """Return an STL without the bytes after its last triangle, and a finding where there were some.

    trimesh takes a binary STL whose length does not fit its number of triangles for a text. A text STL is
    returned as it is; binary ones may start with `solid` as well, but their number of triangles has
    a NUL byte.
    Raises `ModelError` for a binary STL without its triangles.
    """
    if b"\0" not in data[:HEADER_BYTES]:
        return data, ()
    if len(data) < HEADER_BYTES:
        raise ModelError(f"{name} has {len(data)} bytes, the header of a binary STL alone is {HEADER_BYTES}")
    (count,) = struct.unpack_from("<I", data, 80)
    room = (len(data) - HEADER_BYTES) // TRIANGLE_BYTES
    if not count:
        raise ModelError(f"{name} holds no triangle: its header says 0")
    if count > room:
        raise ModelError(f"{name} is cut short: its header says {count:,} triangles, there are {room:,}")
    end = HEADER_BYTES + count * TRIANGLE_BYTES
    if end == len(data):
        return data, ()
    message = f"{name}: {len(data) - end:,} bytes after its {count_of(count, 'triangle')} are not read"
    return data[:end], (finding("FILE_REPAIRED", message),)
