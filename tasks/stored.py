"""From a file in memory to its name in the work store."""

from __future__ import annotations

from tasks.workshop import work_store
from vitrine.mesh.built import BuiltFile
from vitrine.models import AssetFile


def stored(file: BuiltFile) -> AssetFile:
    """Put a built file into the work store, and say where it is and what it measures."""
    return AssetFile(
        role=file.role,
        blob=work_store().put(file.data, file.media_type),
        triangles=file.triangles,
        vertices=file.vertices,
        error=file.error,
        error_m=file.error_m,
        texture_px=file.texture_px,
    )
