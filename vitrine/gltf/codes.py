"""Every code a check of a GLB can answer with, and how bad it is."""

from __future__ import annotations

from vitrine.models import Finding, Severity

CODES: dict[str, tuple[Severity, str]] = {
    "GLB_CONTAINER": ("error", "header, length or chunk bounds are wrong"),
    "JSON_INVALID": ("error", "the JSON chunk is not a glTF 2.x document"),
    "BUFFER_BROKEN": ("error", "a buffer has fewer bytes than it says, or lies in another file"),
    "VIEW_BROKEN": ("error", "a buffer view runs past its buffer, or does not decompress"),
    "ACCESSOR_BROKEN": ("error", "an accessor is of no known type, or runs past its view"),
    "ACCESSOR_NOT_FINITE": ("error", "an accessor holds NaN or infinity"),
    "ACCESSOR_BOUNDS": ("warning", "an accessor's min and max are not those of its values"),
    "INDEX_OUT_OF_RANGE": ("error", "a primitive's indices reach past its vertices"),
    "IMAGE_BROKEN": ("error", "an image does not decode"),
    "IMAGE_NOT_CHECKED": ("info", "an image is of a kind that is not decoded here"),
    "EXTENSION_UNSUPPORTED": ("error", "the file requires an extension that is not read here"),
    "NORMALS_NOT_UNIT": ("warning", "some normals are not of length one"),
    "NOT_STATIC": ("info", "animations or cameras, which a static model leaves out"),
    "UNREADABLE": ("error", "the document breaks the schema elsewhere, so no model can be read from it"),
}


def finding(code: str, message: str, pointer: str = "", *, measured: float | None = None) -> Finding:
    """A finding of one of the codes above, with the severity the table gives it."""
    severity, _ = CODES[code]
    return Finding(code=code, severity=severity, message=message, pointer=pointer, measured=measured)
