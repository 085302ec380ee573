"""The name of contents in the work store."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

from pydantic import Field

from vitrine.errors import StorageError
from vitrine.record import Record

SUFFIXES = {
    "model/gltf-binary": ".glb",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/*": ".photo",
    "application/json": ".json",
    "model/vnd.usdz+zip": ".usdz",
    "text/css; charset=utf-8": ".css",
    "text/html; charset=utf-8": ".html",
    "text/javascript; charset=utf-8": ".js",
}


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Blob(Record):
    """The name of some content, its SHA-256; equal contents have equal blobs."""

    sha256: Sha256
    size_bytes: Annotated[int, Field(ge=0)]
    media_type: str

    @classmethod
    def of(cls, data: bytes | Path, media_type: str) -> Blob:
        """Hash contents, given as bytes or as a file. Raises `StorageError` for an unreadable file."""
        if isinstance(data, bytes):
            return cls(sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data), media_type=media_type)
        try:
            with data.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            return cls(sha256=sha256, size_bytes=data.stat().st_size, media_type=media_type)
        except OSError as error:
            raise StorageError(f"{data}: {error.strerror or error}") from error

    @property
    def suffix(self) -> str:
        return SUFFIXES.get(self.media_type, ".bin")

    @property
    def name(self) -> str:
        """`<sha256><suffix>`: the last part of its key in every bucket."""
        return self.sha256 + self.suffix
