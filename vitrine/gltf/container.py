"""GLB bytes <-> JSON document and binary chunk (glTF 2.0 section 4, "GLB File Format")."""

from __future__ import annotations

import codecs
import json
import re
import struct
from dataclasses import dataclass
from typing import Any

from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.gltf.file_kind import describe_file
from vitrine.gltf.limits import check_values
from vitrine.models import Finding
from vitrine.recipe.limits import ModelLimits

DEFAULT_LIMITS = ModelLimits()

MAGIC = b"glTF"
JSON_CHUNK = 0x4E4F534A
BIN_CHUNK = 0x004E4942
HEADER_BYTES = 12
CHUNK_HEADER_BYTES = 8
BYTE_ORDER_MARK = codecs.BOM_UTF8
MAX_PADDING = 3
"""Bytes that fill up a chunk."""


@dataclass(frozen=True, slots=True)
class Container:
    """The chunks of a GLB. `binary` is a view of the file's bytes, not a copy."""

    document: dict[str, Any]
    binary: memoryview
    findings: tuple[Finding, ...] = ()
    """Rules that the file breaks in a way that has one reading, which was taken"""


@dataclass(frozen=True, slots=True)
class Chunks:
    """The chunks of a GLB that glTF 2.0 knows, as views of its bytes."""

    json: memoryview
    binary: memoryview
    """Empty where there is none"""
    findings: tuple[Finding, ...] = ()


def read_container(data: bytes, limits: ModelLimits | None = DEFAULT_LIMITS) -> Container:
    """Parse a GLB.

    Raises `ModelError` when the header, a chunk's bounds or the JSON break the rules, and it stays open what
    is meant; `LimitExceeded` when its JSON has too many values.
    """
    chunks = read_chunks(data)
    document, findings = parse_document(bytes(chunks.json), limits)
    return Container(document, chunks.binary, (*chunks.findings, *findings))


def read_chunks(data: bytes) -> Chunks:
    """Find the JSON chunk and the binary chunk.

    A header whose length is wrong is read over when the chunks fill the file. Raises `ModelError` for a file
    that is no GLB 2 or is truncated.
    """
    if data[:4] != MAGIC:
        raise ModelError(f"not a GLB but {describe_file(bytes(data))}")
    if len(data) < HEADER_BYTES:
        raise ModelError(f"not a GLB: {len(data)} bytes, a header alone is {HEADER_BYTES}")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise ModelError(f"GLB version {version}: only version 2 is read")
    whole = memoryview(data)
    fits = HEADER_BYTES + CHUNK_HEADER_BYTES <= length <= len(data)
    truncated = f"GLB is truncated: its header says {length} bytes, there are {len(data)}"
    try:
        chunks, rest, counted = _chunks(whole[:length] if fits else whole)
    except ModelError as error:
        if length > len(data):
            raise ModelError(truncated) from error
        if not fits:
            raise
        chunks, rest, counted = _chunks(whole)  # the header's length is too small, if anything is
    if not chunks and length > len(data):
        raise ModelError(truncated)
    findings = []
    if length != len(data):
        findings.append(repaired(f"the header says {length} bytes, the file has {len(data)}"))
    if not counted:
        findings.append(repaired("the length of a chunk is wrong by its padding"))
    if rest:
        findings.append(repaired(f"the file ends with {rest} bytes that are no chunk"))
    if not chunks or chunks[0][0] != JSON_CHUNK:
        raise ModelError("GLB has no JSON chunk first")
    has_binary = len(chunks) > 1 and chunks[1][0] == BIN_CHUNK
    return Chunks(chunks[0][1], chunks[1][1] if has_binary else memoryview(b""), tuple(findings))


def _chunks(data: memoryview) -> tuple[list[tuple[int, memoryview]], int, bool]:
    """Kind and content of each chunk, how many bytes after the last one are none, and if padding is counted.

    Some writers do not count the padding of the JSON chunk, others count one at the end that is not there.
    """
    chunks: list[tuple[int, memoryview]] = []
    offset, counted = HEADER_BYTES, True
    while offset + CHUNK_HEADER_BYTES <= len(data):
        aligned = offset + -offset % 4
        if aligned != offset and _kind(data, offset) != BIN_CHUNK and _kind(data, aligned) == BIN_CHUNK:
            offset, counted = aligned, False
        length, kind = struct.unpack_from("<II", data, offset)
        start = offset + CHUNK_HEADER_BYTES
        missing = start + length - len(data)
        if missing > MAX_PADDING or (missing > 0 and kind != BIN_CHUNK):
            if len(chunks) >= 2:
                break  # JSON and binary are whole: what follows is no chunk
            raise ModelError(
                f"GLB chunk {len(chunks)} exceeds the file: {length} bytes from {start} of {len(data)}"
            )
        counted &= missing <= 0
        chunks.append((kind, data[start : start + length]))
        offset = start + length
    return chunks, max(len(data) - offset, 0), counted


def _kind(data: memoryview, offset: int) -> int | None:
    if offset + CHUNK_HEADER_BYTES > len(data):
        return None
    kind: int = struct.unpack_from("<I", data, offset + 4)[0]
    return kind


def parse_document(
    text: bytes, limits: ModelLimits | None = DEFAULT_LIMITS
) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Parse the JSON of a glTF 2.x document.

    A byte order mark, UTF-16 with one, NUL instead of space as padding, and a version that is a number are
    read over, each with a finding. Raises `ModelError` for anything else that is no glTF 2.x document.
    """
    findings = []
    if limits is not None:
        check_values(text, limits)
    if text.startswith(BYTE_ORDER_MARK):
        text = text.removeprefix(BYTE_ORDER_MARK)
        findings.append(repaired("the JSON starts with a byte order mark (BOM)"))
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = text.decode("utf-16", errors="replace").encode()
        findings.append(repaired("the JSON is UTF-16 instead of UTF-8"))
    if text.endswith(b"\0"):
        text = text.rstrip(b"\0 ")
        findings.append(repaired("the JSON is padded with NUL bytes instead of spaces"))
    try:
        document = json.loads(text.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise ModelError(f"the JSON of the model is not UTF-8: byte {error.start} is no character") from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"the JSON of the model cannot be parsed: {error}") from error
    if not isinstance(document, dict):
        raise ModelError(f"the JSON of the model is a {type(document).__name__}, not an object")
    asset = document.get("asset")
    version = asset.get("version") if isinstance(asset, dict) else None
    if isinstance(version, bool) or not re.fullmatch(r"2(\.\d+)?", str(version)):
        raise ModelError(f"asset.version is {version!r}: only glTF 2.x is read")
    if not isinstance(version, str) or "." not in version:
        findings.append(repaired(f'asset.version is {version!r}, not "2.0"', "/asset/version"))
    return document, tuple(findings)


def repaired(message: str, pointer: str = "") -> Finding:
    """Return the finding that a rule of the format is broken and that the file is read all the same."""
    return finding("FILE_REPAIRED", message, pointer=pointer)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def write_container(document: dict[str, Any], binary: bytes | bytearray) -> bytes:
    """Serialize a GLB; the JSON chunk is padded to four bytes with spaces, the binary chunk with zeros.

    Raises `ValueError` for NaN and infinity, which JSON does not have.
    """
    try:
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON allows and UTF-8 does not: it is escaped
        text = json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    padding = bytes(-len(binary) % 4)
    length = HEADER_BYTES + CHUNK_HEADER_BYTES + len(text)
    if binary:
        length += CHUNK_HEADER_BYTES + len(binary) + len(padding)
    parts = [struct.pack("<4sII", MAGIC, 2, length), struct.pack("<II", len(text), JSON_CHUNK), text]
    if binary:
        parts += [struct.pack("<II", len(binary) + len(padding), BIN_CHUNK), bytes(binary), padding]
    return b"".join(parts)
