"""The binary glTF container (GLB 2.0)."""

from __future__ import annotations

import json
import struct
from typing import Any


def pack_glb(document: dict[str, Any], body: bytes) -> bytes:
    """Pack a glTF document and the bytes of its one buffer, a multiple of 4, into a GLB."""
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    header = struct.pack("<4sII", b"glTF", 2, 12 + 8 + len(text) + 8 + len(body))
    return (
        header
        + struct.pack("<I4s", len(text), b"JSON")
        + text
        + struct.pack("<I4s", len(body), b"BIN\0")
        + body
    )
