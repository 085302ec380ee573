"""A finished file, before it is stored anywhere."""

from __future__ import annotations

from vitrine.models import AssetFile, Blob, FileRecord, Finding, Quality

GLB = "model/gltf-binary"


class BuiltFile(FileRecord):
    """A GLB in memory, what it measures and what was found while it was built."""

    data: bytes
    media_type: str = GLB
    triangles: int
    vertices: int
    error: float
    error_m: float
    texture_px: int
    findings: tuple[Finding, ...] = ()

    def record(self, quality: Quality | None = None) -> AssetFile:
        """Return the record of this file, with its quality where it was certified."""
        blob = Blob.of(self.data, self.media_type)
        return AssetFile(blob=blob, **self.file_fields() | {"quality": quality})
