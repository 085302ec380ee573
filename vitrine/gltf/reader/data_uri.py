"""`data:` URIs (RFC 2397), as they are found in models."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import unquote_to_bytes

from vitrine.errors import ModelError
from vitrine.gltf.container import repaired
from vitrine.models import Finding

MAX_FINDINGS = 100
"""A document with more of them gets no further ones of this kind."""
SPACE = b" \t\r\n"


def decode_data_uri(uri: Any, where: str, findings: list[Finding]) -> bytes:
    """Return the bytes of a `data:` URI, in base64 or percent-encoded.

    Line breaks, missing padding and the URL-safe alphabet are read over, each with a finding that is added to
    `findings`. Raises `ModelError` for a URI that names another file, and for broken base64.
    """
    if not isinstance(uri, str) or uri[:5].lower() != "data:":
        raise ModelError(f"{where} is in another file ({str(uri)[:80]!r}): export one GLB, or give the .gltf")
    head, comma, body = uri.partition(",")
    if not comma:
        raise ModelError(f"{where} is a data URI without data: it has no comma")
    data = unquote_to_bytes(body)
    if not head.lower().rstrip().endswith(";base64"):
        return data
    text = data.translate(None, SPACE)
    if len(text) != len(data):
        _report("has line breaks or spaces in its base64", where, findings)
    if b"-" in text or b"_" in text:
        _report("has the URL-safe alphabet in its base64", where, findings)
        text = text.replace(b"-", b"+").replace(b"_", b"/")
    missing = -len(text) % 4
    if missing:
        _report("has base64 without padding", where, findings)
    try:
        return base64.b64decode(text + b"=" * missing, validate=True)
    except binascii.Error as error:
        raise ModelError(f"{where}: base64 cannot be decoded: {error}") from error


def _report(what: str, where: str, findings: list[Finding]) -> None:
    found = repaired(f"{where} {what}", f"/{where}/uri")
    if len(findings) < MAX_FINDINGS and found not in findings:
        findings.append(found)
