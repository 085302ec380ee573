"""GLB bytes <-> document and model."""

from vitrine.gltf.model import Material, Mesh, Model, Sampler, Texture
from vitrine.gltf.read import read_glb
from vitrine.gltf.write import write_glb

__all__ = ["Material", "Mesh", "Model", "Sampler", "Texture", "read_glb", "write_glb"]
