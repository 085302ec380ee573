"""Buffers and images: their URIs, and where their bytes come from (glTF 2.0 sections 3.6.1 and 3.10)."""

from __future__ import annotations

from vitrine.gltf.validation.image_kind import image_media_type
from vitrine.gltf.validation.rows import Cursor, Rows
from vitrine.gltf.validation.schema.columns import read_value
from vitrine.gltf.validation.schema.fields import Text
from vitrine.gltf.validation.uri import DataUri, UriError, check_uri, parse_data_uri

BUFFER_MEDIA_TYPES = ("application/octet-stream", "application/gltf-buffer")


def check_buffers(rows: Rows, cursor: Cursor) -> None:
    """Decode data URIs, and check the others; `data` and `file` are columns."""
    _read_uris(rows, cursor)
    for cursor.row, data in enumerate(rows.values["data"]):
        if data is None:
            continue
        rows.values["data"][cursor.row] = None
        if data.media_type.lower() in BUFFER_MEDIA_TYPES:
            rows.values["data"][cursor.row] = data.content
        else:
            cursor.add("BUFFER_DATA_URI_MIME_TYPE_INVALID", "uri", values=(data.media_type,))


def check_images(rows: Rows, cursor: Cursor) -> None:
    """Check where each image is, and that a data URI is what it says."""
    document = cursor.document
    choices: tuple[str, ...] = ("image/jpeg", "image/png")
    if "EXT_texture_webp" in document.extensions_loaded:
        choices += ("image/webp",)
    field = Text(name="mimeType", choices=choices)
    rows.values["mimeType"] = [None] * len(rows)
    for cursor.row in range(len(rows)):
        if not rows.is_present(cursor.row):
            continue
        media_type = rows.values["mimeType"][cursor.row] = read_value(field, cursor)
        has_view = rows.values["bufferView"][cursor.row] != -1
        if has_view and media_type is None:
            cursor.add("UNSATISFIED_DEPENDENCY", "bufferView", values=("mimeType",))
        if has_view == (rows.values["uri"][cursor.row] is not None):
            cursor.add("ONE_OF_MISMATCH", values=(("bufferView", "uri"),))
    _read_uris(rows, cursor)
    for cursor.row, data in enumerate(rows.values["data"]):
        if data is None:
            continue
        rows.values["data"][cursor.row] = data.content
        if image_media_type(data.content) != data.media_type.lower():
            values = (rows.values["uri"][cursor.row], f"it is no {data.media_type}")
            cursor.add("INVALID_URI", "uri", values=values)
            rows.values["data"][cursor.row] = None


def _read_uris(rows: Rows, cursor: Cursor) -> None:
    count = len(rows)
    data: list[DataUri | None] = [None] * count
    files: list[str | None] = [None] * count
    rows.values |= {"data": data, "file": files}
    for cursor.row, uri in enumerate(rows.values["uri"]):
        if uri is not None:
            data[cursor.row], files[cursor.row] = _read_uri(uri, cursor)


def _read_uri(uri: str, cursor: Cursor) -> tuple[DataUri | None, str | None]:
    """Return the content of a data URI, or the URI of another file; `None` twice where it is invalid."""
    is_glb = cursor.document.is_glb
    if is_glb:
        cursor.add("URI_GLB", "uri")
    try:
        if uri[:5].lower() == "data:":
            data = parse_data_uri(uri)
            if is_glb:
                cursor.add("DATA_URI_GLB", "uri")
            return data, None
        if not check_uri(uri):
            cursor.add("NON_RELATIVE_URI", "uri", values=(uri,))
    except UriError as error:
        cursor.add("INVALID_URI", "uri", values=(uri, str(error)))
        return None, None
    return None, uri
