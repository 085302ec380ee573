"""Validate a glTF 2.0 file by the rules of the Khronos glTF Validator."""

from __future__ import annotations

from vitrine.errors import LimitExceeded
from vitrine.gltf.container import BYTE_ORDER_MARK, DEFAULT_LIMITS
from vitrine.gltf.limits import check_values
from vitrine.gltf.validation.container import read_glb_chunks
from vitrine.gltf.validation.data.budget import Budget
from vitrine.gltf.validation.data.buffers import (
    ReadFile,
    check_images,
    check_texture_images,
    load_buffers,
)
from vitrine.gltf.validation.data.check_data import check_accessors
from vitrine.gltf.validation.data.influences import check_influences
from vitrine.gltf.validation.issue import Issues
from vitrine.gltf.validation.links.link import link_document
from vitrine.gltf.validation.parse_json import parse_json
from vitrine.gltf.validation.report import Report
from vitrine.gltf.validation.schema.more_extensions import link_more_extensions
from vitrine.gltf.validation.schema.read_document import read_document
from vitrine.recipe.limits import ModelLimits

JSON_STARTS = (b"{", b" ", b"\t", b"\n", b"\r", BYTE_ORDER_MARK[:1])


def validate(
    data: bytes | memoryview, read_file: ReadFile | None = None, limits: ModelLimits = DEFAULT_LIMITS
) -> Report:
    """Check a GLB, or the JSON of a .gltf, against all rules of glTF 2.0.

    Parameters
    ----------
    data
        The bytes of the file. They are not copied.
    read_file
        Returns the bytes of another file by its URI, and raises `OSError` where there is none. Without it,
        each other file is an issue.
    limits
        A file that exceeds `document_values` or `accessor_bytes` is not checked any further; the issue
        `LIMIT_EXCEEDED` says so.

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
    issues, more = Issues(), Issues()
    try:
        _check_file(memoryview(data).cast("B"), issues, more, read_file, limits)
    except LimitExceeded as error:
        issues.refuse(error)
    return Report(issues.all(), more.all(), issues.truncated)


def _check_file(
    view: memoryview, issues: Issues, more: Issues, read_file: ReadFile | None, limits: ModelLimits
) -> None:
    if bytes(view[:1]) in JSON_STARTS:
        text, binary, whole = view, None, True
    else:
        chunks = read_glb_chunks(view, issues)
        if chunks.json is None:
            return
        text, binary, whole = chunks.json, chunks.binary, chunks.whole
    check_values(text, limits)
    root = parse_json(text, issues)
    document = None if root is None else read_document(root, issues, more, is_glb=text is not view)
    if document is None:
        return
    linker, primitives = link_document(document)
    link_more_extensions(document)
    if not whole:
        return
    buffers = load_buffers(document, binary, read_file)
    headers = check_images(document, buffers, read_file)
    budget = Budget(limits)
    check_accessors(linker, buffers, budget)
    check_influences(linker, primitives, buffers, budget)
    check_texture_images(document, headers)
