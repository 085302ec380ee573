"""Build the USDZ that AR Quick Look opens, from the ar file."""

from __future__ import annotations

from vitrine.gltf.reader.read_glb import read_glb
from vitrine.lods.built_file import BuiltFile
from vitrine.usdz.vertex_colors import bake_vertex_colors
from vitrine.usdz.write_usdz import write_usdz

USDZ = "model/vnd.usdz+zip"


def build_usdz(ar: BuiltFile) -> BuiltFile:
    """Return the USDZ with the triangles and textures of the ar file, which has no extensions.

    Vertex colours go into textures. Raises `ConfigError` where usd-core is not installed.
    """
    model, findings = bake_vertex_colors(read_glb(ar.data, limits=None))
    fields = ar.file_fields() | {"role": "usdz", "vertices": model.vertex_count}
    return BuiltFile(**fields, data=write_usdz(model), media_type=USDZ, findings=findings)
