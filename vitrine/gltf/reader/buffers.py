"""Buffers and buffer views -> bytes; data URIs and EXT_meshopt_compression are decoded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vitrine.codecs import meshopt_codec
from vitrine.errors import ModelError
from vitrine.gltf.container import Container, repaired
from vitrine.gltf.reader.data_uri import decode_data_uri
from vitrine.models import Finding
from vitrine.recipe.limits import ModelLimits

MAX_FINDINGS = 100
"""Findings of one code that are kept."""
MAX_PADDING = 3
"""Bytes that a buffer may be longer than its chunk: writers count the padding, or forget to write it."""
MESHOPT_NAMES = ("EXT_meshopt_compression", "KHR_meshopt_compression")


@dataclass(frozen=True, slots=True)
class ReaderContext:
    """The document that is being read, and the buffers and buffer views decoded so far."""

    container: Container
    decoded: dict[int, memoryview] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    """What was read though it breaks a rule, and what was left out; each once"""
    limits: ModelLimits | None = None
    """`None` for a file of our own, which was checked when it came in"""
    buffers: dict[int, memoryview] = field(default_factory=dict)
    images: dict[int, tuple[bytes, str]] = field(default_factory=dict)
    """Bytes and media types of images; several materials may show one"""
    reported: dict[str, set[Finding]] = field(default_factory=dict)
    """The findings by code"""

    @property
    def document(self) -> dict[str, Any]:
        return self.container.document

    def report(self, found: Finding) -> None:
        """Add a finding, unless it is there already, or `MAX_FINDINGS` of its code are."""
        same = self.reported.setdefault(
            found.code, {each for each in self.findings if each.code == found.code}
        )
        if found not in same and len(same) < MAX_FINDINGS:
            same.add(found)
            self.findings.append(found)

    def item(self, kind: str, index: Any, user: str) -> dict[str, Any]:
        """`document[kind][index]`; `user` names in messages what refers to it.

        Raises `ModelError` when there is no such object.
        """
        items = self.document.get(kind)
        count = len(items) if isinstance(items, list) else 0
        number = _as_int(index)
        if index is None:
            raise ModelError(f"{user} names none of the {kind}")
        if number is None or not 0 <= number < count:
            raise ModelError(f"{user} refers to {kind}/{index}, there are {count}")
        item = items[number]  # type: ignore[index]  # a list, by the count above
        if not isinstance(item, dict):
            raise ModelError(f"{kind}/{index} is a {type(item).__name__}, not an object")
        return item


def unsigned_int(value: Any, where: str, *, default: int | None = None) -> int:
    """Return a JSON value that has to be an integer ≥ 0; `3.0` is one, too (JSON Schema, section 6.1.1)."""
    if value is None and default is not None:
        return default
    number = _as_int(value)
    if number is None or number < 0:
        raise ModelError(f"{where} is {value!r}, not an integer ≥ 0")
    return number


def _as_int(value: Any) -> int | None:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def read_buffer(context: ReaderContext, index: Any, user: str) -> memoryview:
    """Return the bytes of one buffer: the binary chunk's, or a data URI's.

    A buffer that says up to `MAX_PADDING` bytes more than there are is taken as it is, with a finding. Raises
    `ModelError` for other files and for a buffer that is shorter.
    """
    buffer = context.item("buffers", index, user)
    if int(index) in context.buffers:
        return context.buffers[int(index)]
    where = f"buffers/{index}"
    length = unsigned_int(buffer.get("byteLength"), f"{where}/byteLength")
    uri = buffer.get("uri")
    if uri is None:
        if index != 0:
            raise ModelError(f"{where} has no uri: only the first buffer may be the binary chunk")
        data = context.container.binary
    else:
        data = memoryview(decode_data_uri(uri, where, context.findings))
    if len(data) < length:
        if length - len(data) > MAX_PADDING:
            raise ModelError(f"{where} says {length} bytes, there are {len(data)}")
        context.report(repaired(f"{where} says {length} bytes, there are {len(data)}", f"/{where}"))
    context.buffers[int(index)] = data[:length]
    return data[:length]


def view_bytes(context: ReaderContext, index: Any, user: str) -> memoryview:
    """The bytes of a buffer view, decoded where EXT_meshopt_compression encodes it.

    Raises `ModelError` when it exceeds its buffer or does not decode.
    """
    view = context.item("bufferViews", index, user)
    if int(index) in context.decoded:
        return context.decoded[int(index)]
    for name in MESHOPT_NAMES:
        extension = (view.get("extensions") or {}).get(name)
        if extension is not None:
            data = memoryview(_decode_meshopt(context, extension, f"bufferViews/{index}"))
            context.decoded[int(index)] = data
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
