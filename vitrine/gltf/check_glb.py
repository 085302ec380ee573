"""Validate a GLB: findings as data, never an exception for bad bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from pydantic import Field, JsonValue

from vitrine.codecs.images import decode_image
from vitrine.errors import IndexOutOfRange, LimitExceeded, ModelError
from vitrine.findings import finding
from vitrine.gltf.container import DEFAULT_LIMITS, Container, parse_document, read_chunks
from vitrine.gltf.limits import check_document, check_images
from vitrine.gltf.model import Model
from vitrine.gltf.reader.accessors import read_accessor
from vitrine.gltf.reader.buffers import ReaderContext, read_buffer, view_bytes
from vitrine.gltf.reader.extensions import check_extensions
from vitrine.gltf.reader.materials import read_image
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.models import Finding
from vitrine.recipe.limits import ModelLimits
from vitrine.record import Record

NORMAL_TOLERANCE = 0.01
BOUNDS_TOLERANCE = 1e-5
NOT_DECODED = "image/ktx2"
REPAIRS = frozenset({"FILE_REPAIRED", "INDICES_LEFT_OVER", "COLORS_CLAMPED", "COLORS_BLACK", "MODEL_MOVED"})
"""What `read_glb` reads though it breaks a rule."""


class ValidationReport(Record):
    """The result of validating one GLB."""

    valid: bool
    """No finding is an error."""
    findings: tuple[Finding, ...] = ()
    stats: dict[str, JsonValue] = Field(default_factory=dict)


def validate_glb(data: bytes, limits: ModelLimits = DEFAULT_LIMITS) -> ValidationReport:
    """Check container, JSON, bounds of buffers, views, accessors and indices, finite floats, and images.

    Codes are listed in `vitrine.findings`. `read_glb` reads every valid file. It also reads some invalid
    ones: it does not look at what the scene does not use, and decodes no image.
    """
    stats: dict[str, JsonValue] = {"size_bytes": len(data)}
    findings = list(_findings(data, stats, limits))
    return ValidationReport(
        valid=not any(f.severity == "error" for f in findings), findings=tuple(findings), stats=stats
    )


def _findings(data: bytes, stats: dict[str, JsonValue], limits: ModelLimits) -> Iterator[Finding]:
    try:
        chunks = read_chunks(data)
    except (ModelError, TypeError) as error:
        yield finding("GLB_CONTAINER", str(error))
        return
    try:
        document, _ = parse_document(bytes(chunks.json), limits)
        check_document(document, len(data), limits)
    except LimitExceeded as error:
        yield _limit_exceeded(error)
        return
    except ModelError as error:
        yield finding("JSON_INVALID", str(error))
        return
    context = ReaderContext(Container(document, chunks.binary), limits=limits)
    broken = False
    try:
        for part in _document_findings(context, stats):
            broken |= part.severity == "error"
            yield part
    except LimitExceeded as error:
        yield _limit_exceeded(error)
        return
    # The JSON can have any schema: whatever a check raises, the file is invalid.
    except Exception as error:
        yield finding("UNREADABLE", f"{type(error).__name__}: {error}")
        return
    if not broken:
        yield from _model_findings(data, stats, limits)


def _document_findings(context: ReaderContext, stats: dict[str, JsonValue]) -> Iterator[Finding]:
    document = context.document
    stats["extensions_used"] = [str(name) for name in document.get("extensionsUsed") or []]
    stats["extensions_required"] = [str(name) for name in document.get("extensionsRequired") or []]
    stats["generator"] = str((document.get("asset") or {}).get("generator", ""))
    yield from _each("extensions", 1, lambda _: check_extensions(document), "EXTENSION_UNSUPPORTED")
    buffers = [n for n, b in enumerate(document.get("buffers") or []) if not _is_fallback(b)]
    yield from _each("buffers", buffers, lambda n: read_buffer(context, n, "the file"), "BUFFER_BROKEN")
    views = len(document.get("bufferViews") or [])
    yield from _each("bufferViews", views, lambda n: view_bytes(context, n, "the file"), "VIEW_BROKEN")
    for number in range(len(document.get("accessors") or [])):
        yield from _accessor(context, number)
    images = range(len(document.get("images") or []))
    check_images(
        ((n, data) for n in images if (data := _image_bytes(context, n))), context.limits or DEFAULT_LIMITS
    )
    for number in images:
        yield from _image(context, number)
    for kind in ("animations", "cameras"):
        if document.get(kind):
            yield finding("NOT_STATIC", f"{len(document[kind])} {kind}", pointer=f"/{kind}")


def _is_fallback(buffer: Any) -> bool:
    """Whether it is the fallback of compressed views, which need not have bytes."""
    extensions = buffer.get("extensions") or {}
    return any((extensions.get(name) or {}).get("fallback") is True for name in extensions)


def _each(kind: str, numbers: int | list[int], check: Callable[[int], Any], code: str) -> Iterator[Finding]:
    for number in range(numbers) if isinstance(numbers, int) else numbers:
        try:
            check(number)
        except ModelError as error:
            pointer = "/extensionsRequired" if kind == "extensions" else f"/{kind}/{number}"
            yield finding(code, str(error), pointer=pointer)


def _accessor(context: ReaderContext, number: int) -> Iterator[Finding]:
    pointer = f"/accessors/{number}"
    accessor = context.item("accessors", number, "the file")
    try:
        values = read_accessor(context, number, "the file")
    except ModelError as error:
        yield finding("ACCESSOR_BROKEN", str(error), pointer=pointer)
        return
    if values.dtype.kind == "f":
        bad = int(np.count_nonzero(~np.isfinite(values)))
        if bad:
            message = f"{bad} of {values.size} numbers are NaN or infinite"
            yield finding("ACCESSOR_NOT_FINITE", message, pointer=pointer, measured=bad)
            return
    if not len(values) or accessor.get("bufferView") is None:
        return
    for name, actual in (("min", values.min(axis=0)), ("max", values.max(axis=0))):
        stated = accessor.get(name)
        if stated is None:
            continue
        expected = np.asarray(stated, np.float64)
        if expected.shape != actual.shape or not np.allclose(
            expected, actual, rtol=BOUNDS_TOLERANCE, atol=1e-7
        ):
            message = f"{name} of the values is {actual.tolist()}, the accessor states {stated}"
            yield finding("ACCESSOR_BOUNDS", message, pointer=pointer)


def _image_bytes(context: ReaderContext, number: int) -> bytes:
    try:
        return read_image(context, number, "the file")[0]
    except ModelError:  # which `_image` reports
        return b""


def _image(context: ReaderContext, number: int) -> Iterator[Finding]:
    pointer = f"/images/{number}"
    try:
        data, media_type = read_image(context, number, "the file")
        if media_type == NOT_DECODED:
            yield finding("IMAGE_NOT_CHECKED", f"{media_type} is not decoded here", pointer=pointer)
        else:
            decode_image(data, media_type)
    except ModelError as error:
        yield finding("IMAGE_BROKEN", str(error), pointer=pointer)


def _model_findings(data: bytes, stats: dict[str, JsonValue], limits: ModelLimits) -> Iterator[Finding]:
    try:
        model = read_glb(data, limits)
    except LimitExceeded as error:
        yield _limit_exceeded(error)
        return
    except ModelError as error:
        code = "INDEX_OUT_OF_RANGE" if isinstance(error, IndexOutOfRange) else "UNREADABLE"
        yield finding(code, str(error))
        return
    stats |= _model_stats(model)
    yield from (found for found in model.findings if found.code in REPAIRS)
    for number, mesh in enumerate(model.meshes):
        if mesh.normals is None or not len(mesh.normals):
            continue
        off = np.abs(np.linalg.norm(mesh.normals, axis=1) - 1) > NORMAL_TOLERANCE
        count = int(np.count_nonzero(off))
        if count:
            message = f"{count} of {len(off)} normals of primitive {number} are not of length one"
            yield finding("NORMALS_NOT_UNIT", message, measured=count)


def _limit_exceeded(error: LimitExceeded) -> Finding:
    return finding("LIMIT_EXCEEDED", str(error), measured=error.measured, limit=error.limit)


def _model_stats(model: Model) -> dict[str, JsonValue]:
    low, high = model.bounds
    return {
        "triangles": model.triangle_count,
        "vertices": model.vertex_count,
        "primitives": len(model.meshes),
        "materials": len(model.materials),
        "extent": [float(side) for side in high - low],
    }
