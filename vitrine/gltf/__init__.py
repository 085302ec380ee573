"""GLB bytes <-> document and model."""

from vitrine.gltf.model import Material, Mesh, Model, Sampler, Texture
from vitrine.gltf.read import read_glb
from vitrine.gltf.validate import Report, check_glb
from vitrine.gltf.write import write_glb

__all__ = [
    "Material",
    "Mesh",
    "Model",
    "Report",
    "Sampler",
    "Texture",
    "check_glb",
    "read_glb",
    "write_glb",
]
