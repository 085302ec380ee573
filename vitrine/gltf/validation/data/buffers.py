"""The bytes of buffers and images: from the binary chunk, data URIs and files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vitrine.gltf.validation.data.image_header import (
    ImageEndError,
    ImageError,
    ImageHeader,
    ImageUnknownError,
    read_image_header,
)
from vitrine.gltf.validation.rows import Document, Rows

ReadFile = Callable[[str], bytes]
"""Returns the bytes of a file by its URI; raises `OSError` where there is none."""
Buffers = list[memoryview | None]


def load_buffers(document: Document, binary: memoryview | None, read_file: ReadFile | None) -> Buffers:
    """Return the bytes of each buffer, `None` where there are too few of them or none."""
    rows = document.lists["buffers"]
    return [_load_buffer(document, row, binary, read_file) for row in range(len(rows))]


def _load_buffer(
    document: Document, row: int, binary: memoryview | None, read_file: ReadFile | None
) -> memoryview | None:
    rows = document.lists["buffers"]
    size, embedded = rows.values["byteLength"][row], rows.values["data"][row]
    is_chunk = document.is_glb and row == 0 and "uri" not in rows.items[row]
    if size == -1:
        return None if embedded is None else memoryview(embedded)
    if rows.values["file"][row] is not None:
        data = read_resource(document, rows.values["file"][row], rows.pointer(row, "uri"), read_file)
    elif embedded is not None:
        data = memoryview(embedded)
    elif is_chunk:
        data = binary
        if data is None:
            document.issues.add("BUFFER_MISSING_GLB_DATA", rows.pointer(row))
    else:
        data = None
    if data is None:
        return None
    if len(data) < size:
        document.issues.add("BUFFER_BYTE_LENGTH_MISMATCH", rows.pointer(row), len(data), size)
        return data if embedded is not None else None
    padded = size + -size % 4
    if is_chunk and len(data) > padded:
        document.issues.add("BUFFER_GLB_CHUNK_TOO_BIG", rows.pointer(row), len(data) - padded)
    return data


def read_resource(
    document: Document, uri: str, pointer: str, read_file: ReadFile | None
) -> memoryview | None:
    """Return the bytes of another file; `None` and an issue where it cannot be read."""
    try:
        if read_file is None:
            raise OSError("only the document itself is given")
        return memoryview(read_file(uri))
    except OSError as error:
        document.issues.add("IO_ERROR", pointer, uri, error.strerror or str(error))
        return None


def check_images(
    document: Document, buffers: Buffers, read_file: ReadFile | None
) -> list[ImageHeader | None]:
    """Read the headers of all images; `None` where there is none."""
    rows = document.lists["images"]
    enabled = {"image/jpeg", "image/png"}
    if "EXT_texture_webp" in document.extensions_loaded:
        enabled.add("image/webp")
    return [_check_image(document, row, buffers, enabled, read_file) for row in range(len(rows))]


def _check_image(
    document: Document, row: int, buffers: Buffers, enabled: set[str], read_file: ReadFile | None
) -> ImageHeader | None:
    rows, issues = document.lists["images"], document.issues
    pointer = rows.pointer(row)
    data = None if rows.extension_counts[row] else _image_bytes(document, row, buffers, read_file)
    if data is None:
        return None
    try:
        header = read_image_header(data)
    except ImageUnknownError:
        issues.add("IMAGE_UNRECOGNIZED_FORMAT", pointer)
        return None
    except ImageEndError:
        issues.add("IMAGE_UNEXPECTED_EOS", pointer)
        return None
    except ImageError as error:
        issues.add("IMAGE_DATA_INVALID", pointer, str(error))
        return None
    if header.media_type not in enabled:
        issues.add("IMAGE_NON_ENABLED_MIME_TYPE", pointer, header.media_type)
    stated = rows.values["mimeType"][row]
    if stated is not None and stated != header.media_type:
        in_view = rows.values["file"][row] is None and rows.values["data"][row] is None
        name = "bufferView" if in_view else "uri"
        issues.add("IMAGE_MIME_TYPE_INVALID", rows.pointer(row, name), header.media_type, stated)
    if not (_is_power_of_two(header.width) and _is_power_of_two(header.height)):
        issues.add("IMAGE_NPOT_DIMENSIONS", pointer, header.width, header.height)
    if header.has_unsupported_features:
        issues.add("IMAGE_FEATURES_UNSUPPORTED", pointer)
    return header


def _is_power_of_two(size: int) -> bool:
    return size > 0 and size & (size - 1) == 0


def _image_bytes(
    document: Document, row: int, buffers: Buffers, read_file: ReadFile | None
) -> memoryview | None:
    rows, views = document.lists["images"], document.lists["bufferViews"]
    file, embedded = rows.values["file"][row], rows.values["data"][row]
    if file is not None:
        return read_resource(document, file, rows.pointer(row, "uri"), read_file)
    if embedded is not None:
        return memoryview(embedded)
    view: Any = rows.values["bufferView"][row]
    if not views.has(view):
        return None
    buffer = views.values["buffer"][view]
    data = buffers[buffer] if 0 <= buffer < len(buffers) else None
    start, length = views.values["byteOffset"][view], views.values["byteLength"][view]
    if data is None or start == -1 or length == -1 or start + length > len(data):
        return None
    part: memoryview = data[start : start + length]
    return part


def check_texture_images(document: Document, headers: list[ImageHeader | None]) -> None:
    """The image of a texture is a JPEG or PNG, that of EXT_texture_webp a WebP."""
    images = document.lists["images"]
    places: list[tuple[Rows, tuple[str, ...]]] = [(document.lists["textures"], ("image/jpeg", "image/png"))]
    places += [(rows, ("image/webp",)) for rows in document.of("EXT_texture_webp")]
    for rows, allowed in places:
        for row, image in enumerate(rows.values.get("source", ())):
            if not images.has(image):
                continue
            header = headers[image]
            found = images.values["mimeType"][image]
            if found is None and header is not None:
                found = header.media_type
            if found is not None and found not in allowed:
                pointer = rows.pointer(row, "source")
                document.issues.add("TEXTURE_INVALID_IMAGE_MIME_TYPE", pointer, found, list(allowed))
