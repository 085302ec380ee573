"""URIs of a document: `data:` URIs (RFC 2397), and relative references (RFC 3986)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
AUTHORITY = re.compile(r"(?:[^@\[\]]*@)?(?:\[[0-9A-Fa-f:.]+(?:%25?[^\]]*)?\]|[^\[\]:]*)(?::[0-9]*)?")
URL_SAFE = bytes.maketrans(b"-_", b"+/")


class UriError(ValueError):
    """A text is no URI, or no `data:` URI."""


@dataclass(frozen=True, slots=True)
class DataUri:
    """A `data:` URI."""

    media_type: str
    content: bytes


def parse_data_uri(uri: str) -> DataUri:
    """Return media type and content of a `data:` URI.

    base64 may lack its padding and use the URL-safe alphabet. Raises `UriError` for anything else.
    """
    if uri[:5].lower() != "data:":
        raise UriError("it does not start with data:")
    head, comma, body = uri[5:].partition(",")
    media_type, *parameters = head.split(";")
    if not comma or media_type.count("/") != (1 if media_type else 0):
        raise UriError("it has no media type and no comma")
    is_base64 = bool(parameters) and parameters[-1] == "base64"
    if not all("=" in parameter for parameter in parameters[: -1 if is_base64 else None]):
        raise UriError("a parameter has no value")
    content = _decode_base64(body) if is_base64 else unquote_to_bytes(body)
    return DataUri(media_type or "text/plain", content)


def _decode_base64(body: str) -> bytes:
    try:
        text = body.encode("ascii")
    except UnicodeEncodeError as error:
        raise UriError("its base64 has characters that are not ASCII") from error
    if b"%" in text:
        text = unquote_to_bytes(text)
    if b"=" not in text:
        text += b"=" * (-len(text) % 4)
    try:
        return base64.b64decode(text.translate(URL_SAFE), validate=True)
    except binascii.Error as error:
        raise UriError(f"its base64 cannot be decoded: {error}") from error


def check_uri(uri: str) -> bool:
    """Whether a URI is a relative path without a query and a fragment. Raises `UriError` if it is no URI."""
    before, colon, rest = re.split(r"[/\\?#]", uri, maxsplit=1)[0].partition(":")
    if colon:
        if not SCHEME.fullmatch(before):
            raise UriError(f"{before[:40]!r} is no scheme")
        rest = uri[len(before) + 1 :]
    else:
        rest = uri
    if rest.startswith("//"):
        authority = re.split(r"[/\\?#]", rest[2:], maxsplit=1)[0]
        if not AUTHORITY.fullmatch(authority):
            raise UriError(f"{authority[:40]!r} is no host")
    return not colon and not rest.startswith(("/", "\\")) and "?" not in uri and "#" not in uri
