"""One finished file, before it is stored anywhere."""

from __future__ import annotations

from dataclasses import dataclass

from vitrine.models import Finding

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
