"""GLB bytes <-> document and model."""

from vitrine.gltf.model import Material, Mesh, Model, Sampler, Texture
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.gltf.validate import ValidationReport, validate_glb
from vitrine.gltf.writer.write_glb import write_glb

__all__ = [
    "Material",
    "Mesh",
    "Model",
    "Sampler",
    "Texture",
    "ValidationReport",
    "read_glb",
    "validate_glb",
    "write_glb",
]
