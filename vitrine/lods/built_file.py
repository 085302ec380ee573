"""One finished file, before it is stored anywhere."""

from __future__ import annotations

from dataclasses import dataclass

from vitrine.models import AssetFile, Blob, Finding, Quality

GLB = "model/gltf-binary"


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """A file's bytes and what its manifest line says."""

    role: str
    """`web-lod0` … `web-lodN`, `ar`"""
    data: bytes
    media_type: str
    triangles: int
    vertices: int
    error: float
    """Simplification error as meshoptimizer reports it, relative to the model's largest extent"""
    error_m: float
    """The same in the model's unit, metres once it is sized"""
    texture_px: int
    """Longest side of its largest texture; 0 without textures"""
    findings: tuple[Finding, ...] = ()

    def record(self, quality: Quality | None = None) -> AssetFile:
        """Return the record of this file, with its quality where it was certified."""
        return AssetFile(
            role=self.role,
            blob=Blob.of(self.data, self.media_type),
            triangles=self.triangles,
            vertices=self.vertices,
            error=self.error,
            error_m=self.error_m,
            texture_px=self.texture_px,
            quality=quality,
        )
