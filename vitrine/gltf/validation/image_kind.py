"""The format of an image, by its first bytes."""

from __future__ import annotations

MIN_BYTES = 14
"""No image of a known format is shorter."""


def image_media_type(data: bytes | memoryview) -> str | None:
    """Return image/jpeg, image/png, image/webp or image/ktx2; `None` for anything else."""
    head = bytes(data[:MIN_BYTES])
    if len(head) < MIN_BYTES:
        return None
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"RIFF") and head[8:14] == b"WEBPVP":
        return "image/webp"
    if head.startswith(b"\xabKTX 20\xbb\r\n\x1a\n"):
        return "image/ktx2"
    return None
