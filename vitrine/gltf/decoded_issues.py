"""Check values that EXT_meshopt_compression and KHR_meshopt_compression encode."""

from __future__ import annotations

import copy
from typing import Any

from vitrine.errors import ModelError
from vitrine.gltf.container import DEFAULT_LIMITS, read_container, write_container
from vitrine.gltf.limits import check_document
from vitrine.gltf.reader.buffers import MESHOPT_NAMES, ReaderContext, view_bytes
from vitrine.gltf.validation.issue import Issue
from vitrine.gltf.validation.validate import validate
from vitrine.recipe.limits import ModelLimits

ERRORS = (AttributeError, KeyError, TypeError, ValueError, IndexError)
"""What a document of another schema can raise: `validate` has said so."""


def decoded_issues(data: bytes, limits: ModelLimits = DEFAULT_LIMITS) -> tuple[Issue, ...]:
    """Return the issues with the values of accessors that show only once their buffer views are decoded.

    The Khronos glTF Validator does not decode, and finds none of them. Nothing is returned for a GLB without
    encoded views, and for one that cannot be decoded: `read_glb` says why.
    """
    try:
        plain = _decode(data, limits)
    except (ModelError, *ERRORS):
        return ()
    if plain is None:
        return ()
    known = {(issue.code, issue.pointer) for issue in validate(data).issues}
    return tuple(
        issue
        for issue in validate(plain).issues
        if issue.code.startswith("ACCESSOR_") and (issue.code, issue.pointer) not in known
    )


def _decode(data: bytes, limits: ModelLimits) -> bytes | None:
    """Return the GLB with its encoded views decoded; `None` if it has none."""
    container = read_container(data, limits)
    check_document(container.document, len(data), limits)
    context = ReaderContext(container, limits=limits)
    document = copy.deepcopy(container.document)
    binary = bytearray(container.binary)
    for number, view in enumerate(document.get("bufferViews") or []):
        if not any(name in (view.get("extensions") or {}) for name in MESHOPT_NAMES):
            continue
        decoded = view_bytes(context, number, "the file")
        binary += bytes(-len(binary) % 4)
        _replace(view, len(binary), len(decoded))
        binary += decoded
    if not context.decoded:
        return None
    document["buffers"][0] = {"byteLength": len(binary)}
    return write_container(document, binary)


def _replace(view: dict[str, Any], offset: int, length: int) -> None:
    """Make a view one of decoded bytes in the binary chunk."""
    view |= {"buffer": 0, "byteOffset": offset, "byteLength": length}
    for name in MESHOPT_NAMES:
        view["extensions"].pop(name, None)
