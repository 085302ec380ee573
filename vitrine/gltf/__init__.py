"""GLB bytes <-> document and model."""

from vitrine.gltf.check_usable import Usability, check_usable
from vitrine.gltf.model import Material, Mesh, Model, Sampler, Texture
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.gltf.validation.report import Report
from vitrine.gltf.validation.validate import validate
from vitrine.gltf.writer.write_glb import write_glb

__all__ = [
    "Material",
    "Mesh",
    "Model",
    "Report",
    "Sampler",
    "Texture",
    "Usability",
    "check_usable",
    "read_glb",
    "validate",
    "write_glb",
]
