"""Buffers and buffer views -> bytes; data URIs and EXT_meshopt_compression are decoded."""

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
    """The document that is being read, and the buffer views decoded so far."""

    container: Container
    decoded: dict[int, memoryview] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, Any]:
        return self.container.document

    def item(self, kind: str, index: Any, user: str) -> dict[str, Any]:
        """`document[kind][index]`; `user` names in messages what refers to it.

        Raises `ModelError` when there is no such object.
        """
        items = self.document.get(kind)
        count = len(items) if isinstance(items, list) else 0
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < count:
            raise ModelError(f"{user} refers to {kind}/{index}, there are {count}")
        item = items[index]  # type: ignore[index]  # a list, by the count above
        if not isinstance(item, dict):
            raise ModelError(f"{kind}/{index} is a {type(item).__name__}, not an object")
        return item


def unsigned_int(value: Any, where: str, *, default: int | None = None) -> int:
    """A JSON value as an integer ≥ 0. Raises `ModelError` for anything else."""
    if value is None and default is not None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ModelError(f"{where} is {value!r}, not an integer ≥ 0")
    return value


def read_buffer(context: ReaderContext, index: Any, user: str) -> memoryview:
    """The bytes of a buffer: the binary chunk, or those of a data URI.

    Raises `ModelError` for a buffer in another file, and when there are fewer bytes than `byteLength`.
    """
    buffer = context.item("buffers", index, user)
    length = unsigned_int(buffer.get("byteLength"), f"buffers/{index}/byteLength")
    uri = buffer.get("uri")
    if uri is None:
        if index != 0:
            raise ModelError(f"buffers/{index} has no uri: only the first buffer may be the binary chunk")
        data = context.container.binary
    else:
        data = memoryview(decode_data_uri(uri, f"buffers/{index}"))
    if len(data) < length:
        raise ModelError(f"buffers/{index} says {length} bytes, there are {len(data)}")
    return data[:length]


def decode_data_uri(uri: Any, where: str) -> bytes:
    """The bytes of a base64 `data:` URI. Raises `ModelError` for any other URI."""
    if not isinstance(uri, str) or not uri.startswith("data:"):
        raise ModelError(f"{where} is in another file ({str(uri)[:80]!r}): export one GLB, or give the .gltf")
    head, _, body = uri.partition(",")
    if not head.endswith(";base64"):
        raise ModelError(f"{where} is a data URI without base64")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise ModelError(f"{where}: base64 cannot be decoded: {error}") from error


def view_bytes(context: ReaderContext, index: Any, user: str) -> memoryview:
    """The bytes of a buffer view, decoded where EXT_meshopt_compression encodes it.

    Raises `ModelError` when it exceeds its buffer or does not decode.
    """
    if isinstance(index, int) and index in context.decoded:
        return context.decoded[index]
    view = context.item("bufferViews", index, user)
    for name in MESHOPT_NAMES:
        extension = (view.get("extensions") or {}).get(name)
        if extension is not None:
            data = memoryview(_decode_meshopt(context, extension, f"bufferViews/{index}"))
            context.decoded[index] = data
            return data
    return _slice(context, view, f"bufferViews/{index}")


def _slice(context: ReaderContext, view: dict[str, Any], where: str) -> memoryview:
    data = read_buffer(context, view.get("buffer"), where)
    offset = unsigned_int(view.get("byteOffset"), f"{where}/byteOffset", default=0)
    length = unsigned_int(view.get("byteLength"), f"{where}/byteLength")
    if offset + length > len(data):
        raise ModelError(f"{where} exceeds its buffer: {length} bytes from {offset}, there are {len(data)}")
    return data[offset : offset + length]


def _decode_meshopt(context: ReaderContext, extension: dict[str, Any], where: str) -> bytes:
    """Decode a view by the mode, filter, count and byteStride of EXT_meshopt_compression."""
    encoded = bytes(_slice(context, extension, where))
    count = unsigned_int(extension.get("count"), f"{where}/count")
    stride = unsigned_int(extension.get("byteStride"), f"{where}/byteStride")
    mode = extension.get("mode")
    try:
        match mode:
            case "ATTRIBUTES":
                data = meshopt_codec.decode_vertices(encoded, count, stride)
            case "TRIANGLES":
                return meshopt_codec.decode_triangles(encoded, count, stride).tobytes()
            case "INDICES":
                return meshopt_codec.decode_sequence(encoded, count, stride).tobytes()
            case _:
                raise ModelError(f"{where}: unknown meshopt mode {mode!r}")
        return meshopt_codec.decode_filter(data, extension.get("filter", "NONE")).tobytes()
    except ValueError as error:
        raise ModelError(f"{where}: {error}") from error
