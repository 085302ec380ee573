"""Check what a model would take, by what its document says, before anything is allocated or decoded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vitrine.codecs.images import image_size, sniff_media_type
from vitrine.errors import LimitExceeded, ModelError
from vitrine.recipe.limits import ModelLimits

COUNTED = ("nodes", "meshes", "accessors", "bufferViews", "materials", "textures", "images", "samplers")
"""Arrays of a document that have at most `ModelLimits.objects` elements each."""
MESHOPT = ("EXT_meshopt_compression", "KHR_meshopt_compression")
COMPONENT_BYTES = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
COMPONENTS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
SMALL_BYTES = 64_000_000
"""So much is decompressed whatever the size of the file."""


def require(limits: ModelLimits, name: str, measured: float, what: str) -> None:
    """Raise `LimitExceeded` if `measured` is more than the limit of that name; `what` starts the message."""
    limit = getattr(limits, name)
    if measured > limit:
        raise LimitExceeded(
            f"{what}: {measured:,.0f}, the limit is {limit:,.0f} (limits.{name} in the recipe)",
            measured=float(measured),
            limit=float(limit),
        )


def require_expansion(limits: ModelLimits, decoded_bytes: int, encoded_bytes: int, what: str) -> None:
    """Raise `LimitExceeded` if few bytes stand for many, unless they are few, too (`SMALL_BYTES`)."""
    limit = limits.expansion * encoded_bytes
    if decoded_bytes > max(limit, SMALL_BYTES):
        raise LimitExceeded(
            f"{what}: {decoded_bytes:,} bytes from {encoded_bytes:,}, the limit is "
            f"{limits.expansion:g} times as many (limits.expansion in the recipe)",
            measured=decoded_bytes / max(encoded_bytes, 1),
            limit=limits.expansion,
        )


def check_values(text: bytes | memoryview, limits: ModelLimits) -> None:
    """Raise `LimitExceeded` if a JSON text has too many values: each takes up to 100 bytes once parsed."""
    data = bytes(text)
    count = sum(data.count(mark) for mark in (b",", b":", b"{", b"["))
    require(limits, "document_values", count, "the JSON of the model has too many values")


def check_document(document: Mapping[str, Any], size_bytes: int, limits: ModelLimits) -> None:
    """Raise `LimitExceeded` for a document that has too many objects or stands for too many bytes.

    `size_bytes` is the size of the whole file. What has another type than glTF says is passed over here.
    """
    require(limits, "file_bytes", size_bytes, "the model's file is too large, in bytes")
    for kind in COUNTED:
        items = document.get(kind)
        require(limits, "objects", len(items) if isinstance(items, list) else 0, f"too many {kind}")
    accessors = sum(accessor_bytes(each) for each in objects(document, "accessors"))
    require(limits, "accessor_bytes", accessors, "the accessors take too many bytes")
    require_expansion(limits, accessors, size_bytes, "the accessors stand for too many bytes")
    views = sum(_decompressed_bytes(each) for each in objects(document, "bufferViews"))
    require(limits, "accessor_bytes", views, "the compressed buffer views decode to too many bytes")
    require_expansion(limits, views, size_bytes, "the buffer views decode to too many bytes")


def check_images(images: Iterator[tuple[int, bytes]], limits: ModelLimits) -> None:
    """Raise `LimitExceeded` for images, given as index and bytes, that decode to too many pixels.

    Only headers are read; an image whose header is broken is passed over here.
    """
    total = 0
    for number, data in images:
        try:
            width, height = image_size(data, sniff_media_type(data) or "")
        except ModelError:
            continue
        what = f"images/{number} ({width:,} × {height:,}) has too many pixels"
        require(limits, "texture_pixels", width * height, what)
        total += width * height
        require(limits, "all_texture_pixels", total, "the textures have too many pixels together")


def objects(document: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return the objects in one of a document's arrays; an empty list where there is none."""
    items = document.get(kind)
    return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []


def accessor_bytes(accessor: Mapping[str, Any]) -> int:
    """Return how many bytes the elements of an accessor take; 0 where it is broken."""
    size = COMPONENT_BYTES.get(_key(accessor.get("componentType")), 0)
    return count_of(accessor) * size * COMPONENTS.get(_key(accessor.get("type")), 0)


def count_of(item: Mapping[str, Any] | None) -> int:
    """Return the `count` of an accessor; 0 where it is no positive number."""
    count = (item or {}).get("count")
    return int(count) if isinstance(count, int | float) and 0 < count < float("inf") else 0


def _decompressed_bytes(view: Mapping[str, Any]) -> int:
    extensions = view.get("extensions")
    for name in MESHOPT if isinstance(extensions, dict) else ():
        extension = extensions.get(name) if isinstance(extensions, dict) else None
        if isinstance(extension, dict):
            stride = extension.get("byteStride")
            return count_of(extension) * (int(stride) if isinstance(stride, int) and stride > 0 else 0)
    return 0


def _key(value: Any) -> Any:
    return value if isinstance(value, int | str | float) else None
