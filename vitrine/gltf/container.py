"""GLB bytes <-> JSON document and binary chunk (glTF 2.0 section 4, "GLB File Format")."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any

from vitrine.errors import ModelError

MAGIC = b"glTF"
JSON_CHUNK = 0x4E4F534A
BIN_CHUNK = 0x004E4942
HEADER_BYTES = 12
CHUNK_HEADER_BYTES = 8


@dataclass(frozen=True, slots=True)
class Container:
    """The chunks of a GLB. `binary` is a view of the file's bytes, not a copy."""

    document: dict[str, Any]
    binary: memoryview


def read_container(data: bytes) -> Container:
    """Parse a GLB.

    Raises `ModelError` when its header, a chunk's bounds or its JSON break the specification.
    """
    text, binary = read_chunks(data)
    return Container(parse_document(bytes(text)), binary)


def read_chunks(data: bytes) -> tuple[memoryview, memoryview]:
    """The JSON chunk and the binary chunk, which is empty when there is none.

    Raises `ModelError` when the header or a chunk's bounds break the specification.
    """
    if len(data) < HEADER_BYTES:
        raise ModelError(f"not a GLB: {len(data)} bytes, a header alone is {HEADER_BYTES}")
    if data[:4] != MAGIC:
        raise ModelError(f"not a GLB: it starts with {bytes(data[:4])!r}, not {MAGIC!r}")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise ModelError(f"GLB version {version}: only version 2 is read")
    if length > len(data):
        raise ModelError(f"GLB is truncated: its header says {length} bytes, there are {len(data)}")
    chunks = _chunks(memoryview(data)[:length])
    if not chunks or chunks[0][0] != JSON_CHUNK:
        raise ModelError("GLB has no JSON chunk first")
    has_binary = len(chunks) > 1 and chunks[1][0] == BIN_CHUNK
    return chunks[0][1], chunks[1][1] if has_binary else memoryview(b"")


def _chunks(data: memoryview) -> list[tuple[int, memoryview]]:
    chunks: list[tuple[int, memoryview]] = []
    offset = HEADER_BYTES
    while offset + CHUNK_HEADER_BYTES <= len(data):
        length, kind = struct.unpack_from("<II", data, offset)
        offset += CHUNK_HEADER_BYTES
        if offset + length > len(data):
            raise ModelError(
                f"GLB chunk {len(chunks)} exceeds the file: {length} bytes from {offset} of {len(data)}"
            )
        chunks.append((kind, data[offset : offset + length]))
        offset += length
    if offset != len(data):
        raise ModelError(f"GLB ends with {len(data) - offset} bytes after the last chunk")
    return chunks


def parse_document(text: bytes) -> dict[str, Any]:
    """Parse the JSON of a document. Raises `ModelError` unless it is an object of glTF 2.x."""
    try:
        document = json.loads(text.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"GLB's JSON chunk cannot be parsed: {error}") from error
    if not isinstance(document, dict):
        raise ModelError(f"GLB's JSON chunk is a {type(document).__name__}, not an object")
    asset = document.get("asset")
    version = asset.get("version") if isinstance(asset, dict) else None
    if not isinstance(version, str) or not version.startswith("2."):
        raise ModelError(f"asset.version is {version!r}: only glTF 2.x is read")
    return document


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def write_container(document: dict[str, Any], binary: bytes | bytearray) -> bytes:
    """Serialize a GLB; the JSON chunk is padded to four bytes with spaces, the binary chunk with zeros.

    Raises `ValueError` for NaN and infinity, which JSON does not have.
    """
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    padding = bytes(-len(binary) % 4)
    length = HEADER_BYTES + CHUNK_HEADER_BYTES + len(text)
    if binary:
        length += CHUNK_HEADER_BYTES + len(binary) + len(padding)
    parts = [struct.pack("<4sII", MAGIC, 2, length), struct.pack("<II", len(text), JSON_CHUNK), text]
    if binary:
        parts += [struct.pack("<II", len(binary) + len(padding), BIN_CHUNK), bytes(binary), padding]
    return b"".join(parts)
