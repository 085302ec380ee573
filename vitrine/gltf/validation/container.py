"""The chunks of a GLB, by the rules of glTF 2.0 section 4 ("GLB File Format")."""

from __future__ import annotations

import codecs
import struct
from dataclasses import dataclass

from vitrine.gltf.container import BIN_CHUNK, CHUNK_HEADER_BYTES, HEADER_BYTES, JSON_CHUNK, MAGIC
from vitrine.gltf.validation.issue import Issues


@dataclass(slots=True)
class GlbChunks:
    """The chunks of a GLB that glTF 2.0 knows, as views of its bytes."""

    json: memoryview | None = None
    binary: memoryview | None = None
    whole: bool = True
    """The file does not end inside a chunk: only then its buffers are read"""


def read_glb_chunks(data: memoryview, issues: Issues) -> GlbChunks:
    """Find the JSON and the binary chunk of a GLB, and add an issue for each rule that it breaks.

    The first chunk of a type counts. What follows the length that the header states, at the end of a chunk,
    is ignored with an issue.
    """
    found = GlbChunks(whole=False)
    if len(data) < HEADER_BYTES:
        issues.add("GLB_UNEXPECTED_END_OF_HEADER", "", offset=len(data))
        return found
    if bytes(data[:4]) != MAGIC:
        issues.add("GLB_INVALID_MAGIC", "", bytes(data[:4]).hex(), offset=0)
        return found
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        issues.add("GLB_INVALID_VERSION", "", version, offset=4)
        return found
    if length <= HEADER_BYTES:
        issues.add("GLB_LENGTH_TOO_SMALL", "", length, offset=8)
    _read_chunks(data, length, found, issues)
    return found


def _read_chunks(data: memoryview, length: int, found: GlbChunks, issues: Issues) -> None:
    offset, number = HEADER_BYTES, 0
    while offset < len(data):
        if offset == length:
            issues.add("GLB_EXTRA_DATA", "", offset=offset)
            found.whole = True
            return
        if offset + CHUNK_HEADER_BYTES > len(data):
            issues.add("GLB_UNEXPECTED_END_OF_CHUNK_HEADER", "", offset=len(data))
            return
        size, kind = struct.unpack_from("<II", data, offset)
        kept = _check_header(offset, size, kind, number, length, found, issues)
        start = offset + CHUNK_HEADER_BYTES
        offset = start + size
        number += 1
        if kept and kind == JSON_CHUNK and offset <= len(data):
            found.json = data[start:offset] if size or offset < len(data) else None
        elif kept and kind == BIN_CHUNK:
            found.binary = data[start:offset]
        if offset > len(data):
            if kept and kind == JSON_CHUNK and not _starts_utf8(data[start:]):
                issues.add("INVALID_JSON", "", "it is not UTF-8")
            else:
                issues.add("GLB_UNEXPECTED_END_OF_CHUNK_DATA", "", offset=len(data))
            return
        if offset == len(data) and not size:
            return  # nothing of an empty chunk at the end is read: it counts as cut off
    if offset != length:
        issues.add("GLB_LENGTH_MISMATCH", "", length, offset, offset=offset)
    found.whole = True


def _starts_utf8(data: memoryview) -> bool:
    """Whether bytes are the start of a text in UTF-8."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(bytes(data))
    except UnicodeDecodeError:
        return False
    return True


def _check_header(
    offset: int, size: int, kind: int, number: int, length: int, found: GlbChunks, issues: Issues
) -> bool:
    """Check the header of a chunk; return whether it is the first of a known type."""
    name = f"0x{kind:08x}"
    if size % 4:
        issues.add("GLB_CHUNK_LENGTH_UNALIGNED", "", name, offset=offset)
    if offset + CHUNK_HEADER_BYTES + size > length:
        issues.add("GLB_CHUNK_TOO_BIG", "", name, size, offset=offset)
    if number == 0 and kind != JSON_CHUNK:
        issues.add("GLB_UNEXPECTED_FIRST_CHUNK", "", name, offset=offset)
    if kind == BIN_CHUNK and number > 1 and found.binary is None:
        issues.add("GLB_UNEXPECTED_BIN_CHUNK", "", name, offset=offset)
    if kind not in (JSON_CHUNK, BIN_CHUNK):
        issues.add("GLB_UNKNOWN_CHUNK_TYPE", "", name, offset=offset)
        return False
    if not size:
        code = "GLB_EMPTY_CHUNK" if kind == JSON_CHUNK else "GLB_EMPTY_BIN_CHUNK"
        issues.add(code, "", name, offset=offset)
    if (found.json if kind == JSON_CHUNK else found.binary) is not None:
        issues.add("GLB_DUPLICATE_CHUNK", "", name, offset=offset)
        return False
    return True
