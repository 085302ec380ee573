"""Validate a glTF 2.0 file by the rules of the Khronos glTF Validator."""

from __future__ import annotations

from typing import Any

from vitrine.gltf.container import BYTE_ORDER_MARK
from vitrine.gltf.validation.container import read_glb_chunks
from vitrine.gltf.validation.data.buffers import (
    ReadFile,
    check_images,
    check_texture_images,
    load_buffers,
)
from vitrine.gltf.validation.data.check_data import check_accessors
from vitrine.gltf.validation.data.influences import check_influences
from vitrine.gltf.validation.issue import Issue, Issues
from vitrine.gltf.validation.links.link import link_document
from vitrine.gltf.validation.parse_json import parse_json
from vitrine.gltf.validation.report import Report
from vitrine.gltf.validation.schema.read_document import read_document

JSON_STARTS = (b"{", b" ", b"\t", b"\n", b"\r", BYTE_ORDER_MARK[:1])


def validate(data: bytes | memoryview, read_file: ReadFile | None = None) -> Report:
    """Check a GLB, or the JSON of a .gltf, against all rules of glTF 2.0.

    Parameters
    ----------
    data
        The bytes of the file. They are not copied.
    read_file
        Returns the bytes of another file by its URI, and raises `OSError` where there is none. Without it,
        each other file is an issue.

    Returns
    -------
    The issues. Codes, severities and pointers are those of the Khronos glTF Validator 2.0.0-dev.3.10; what
    it does not check is not checked here. Whether Vitrine can read the model is another question, which
    `read_glb` answers. No bytes raise an exception.

    Examples
    --------
    >>> from vitrine.gltf import validate
    >>> [issue.code for issue in validate(b"{}").issues]
    ['UNDEFINED_PROPERTY']
    """
    return Report(_find_issues(data, read_file))


def _find_issues(data: bytes | memoryview, read_file: ReadFile | None) -> tuple[Issue, ...]:
    view = memoryview(data).cast("B") if not isinstance(data, memoryview) else data
    issues = Issues()
    if bytes(view[:1]) in JSON_STARTS:
        text, binary, whole = view, None, True
    else:
        chunks = read_glb_chunks(view, issues)
        if chunks.json is None:
            return issues.all()
        text, binary, whole = chunks.json, chunks.binary, chunks.whole
    root = parse_json(text, issues)
    if root is not None:
        _check_document(root, issues, binary, whole=whole, is_glb=text is not view, read_file=read_file)
    return issues.all()


def _check_document(
    root: dict[str, Any],
    issues: Issues,
    binary: memoryview | None,
    *,
    whole: bool,
    is_glb: bool,
    read_file: ReadFile | None,
) -> None:
    document = read_document(root, issues, is_glb=is_glb)
    if document is None:
        return
    linker, primitives = link_document(document)
    if not whole:
        return
    buffers = load_buffers(document, binary, read_file)
    headers = check_images(document, buffers, read_file)
    check_accessors(linker, buffers)
    check_influences(linker, primitives, buffers)
    check_texture_images(document, headers)
