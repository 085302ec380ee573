"""Buffers and buffer views of a document, data URIs and EXT_meshopt_compression included."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any

from vitrine.codecs import meshopt_codec
from vitrine.errors import ModelError
from vitrine.gltf.container import Container

MESHOPT_NAMES = ("EXT_meshopt_compression", "KHR_meshopt_compression")


@dataclass(frozen=True, slots=True)
class ReaderContext:
    """A document being read, with the buffer views decompressed so far."""

    container: Container
    decoded: dict[int, memoryview] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, Any]:
        return self.container.document

    def item(self, kind: str, index: Any, user: str) -> dict[str, Any]:
        """`document[kind][index]`, or a `ModelError` that names who asked for it."""
        items = self.document.get(kind)
        count = len(items) if isinstance(items, list) else 0
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < count:
            raise ModelError(f"{user} points at {kind}/{index}, there are {count}")
        item = items[index]  # type: ignore[index]  # a list, by the count above
        if not isinstance(item, dict):
            raise ModelError(f"{kind}/{index} is a {type(item).__name__}, not an object")
        return item


def unsigned_int(value: Any, where: str, *, default: int | None = None) -> int:
    """A JSON value that has to be an integer ≥ 0."""
    if value is None and default is not None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ModelError(f"{where} is {value!r}, not an integer ≥ 0")
    return value


def read_buffer(context: ReaderContext, index: Any, user: str) -> memoryview:
    """All bytes of one buffer: the binary chunk, or a data URI's. Raises `ModelError` for other files."""
    buffer = context.item("buffers", index, user)
    length = unsigned_int(buffer.get("byteLength"), f"buffers/{index}/byteLength")
    uri = buffer.get("uri")
    if uri is None:
        if index != 0:
            raise ModelError(f"buffers/{index} has no bytes: only the first buffer may be the binary chunk")
        data = context.container.binary
    else:
        data = memoryview(decode_data_uri(uri, f"buffers/{index}"))
    if len(data) < length:
        raise ModelError(f"buffers/{index} says {length} bytes, there are {len(data)}")
    return data[:length]


def decode_data_uri(uri: Any, where: str) -> bytes:
    """The bytes of a base64 `data:` URI. A GLB that needs other files is refused."""
    if not isinstance(uri, str) or not uri.startswith("data:"):
        raise ModelError(f"{where} is in another file ({str(uri)[:80]!r}): pack everything into one GLB")
    head, _, body = uri.partition(",")
    if not head.endswith(";base64"):
        raise ModelError(f"{where} is a data URI without base64")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise ModelError(f"{where}: base64 cannot be decoded: {error}") from error


def view_bytes(context: ReaderContext, index: Any, user: str) -> memoryview:
    """The bytes of one buffer view, decompressed where it is compressed."""
    if isinstance(index, int) and index in context.decoded:
        return context.decoded[index]
    view = context.item("bufferViews", index, user)
    for name in MESHOPT_NAMES:
        extension = (view.get("extensions") or {}).get(name)
        if extension is not None:
            data = memoryview(_decompress(context, extension, f"bufferViews/{index}"))
            context.decoded[index] = data
            return data
    return _slice(context, view, f"bufferViews/{index}")


def _slice(context: ReaderContext, view: dict[str, Any], where: str) -> memoryview:
    data = read_buffer(context, view.get("buffer"), where)
    offset = unsigned_int(view.get("byteOffset"), f"{where}/byteOffset", default=0)
    length = unsigned_int(view.get("byteLength"), f"{where}/byteLength")
    if offset + length > len(data):
        raise ModelError(f"{where} runs past its buffer: {length} bytes from {offset}, there are {len(data)}")
    return data[offset : offset + length]


def _decompress(context: ReaderContext, extension: dict[str, Any], where: str) -> bytes:
    """One compressed view (EXT_meshopt_compression: mode, filter, count and byteStride rule)."""
    packed = bytes(_slice(context, extension, where))
    count = unsigned_int(extension.get("count"), f"{where}/count")
    stride = unsigned_int(extension.get("byteStride"), f"{where}/byteStride")
    mode = extension.get("mode")
    try:
        match mode:
            case "ATTRIBUTES":
                data = meshopt_codec.decode_vertices(packed, count, stride)
            case "TRIANGLES":
                return meshopt_codec.decode_triangles(packed, count, stride).tobytes()
            case "INDICES":
                return meshopt_codec.decode_sequence(packed, count, stride).tobytes()
            case _:
                raise ModelError(f"{where}: unknown meshopt mode {mode!r}")
        return meshopt_codec.decode_filter(data, extension.get("filter", "NONE")).tobytes()
    except ValueError as error:
        raise ModelError(f"{where}: {error}") from error
