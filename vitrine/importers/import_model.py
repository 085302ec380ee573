"""A model file of any format that is read here -> GLB."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from vitrine.errors import ModelError
from vitrine.gltf.container import DEFAULT_LIMITS
from vitrine.gltf.file_kind import describe_file, is_gltf_json
from vitrine.gltf.model import Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.gltf.writer.write_glb import write_glb
from vitrine.importers.model_files import SUFFIXES, Folder, ModelFiles, find_model, open_archive
from vitrine.importers.pack_gltf import pack_gltf
from vitrine.models import Finding
from vitrine.recipe.limits import ModelLimits

GLB, ZIP = b"glTF", b"PK\x03\x04"
BY_BLENDER = "export it as .glb, for instance from Blender (File, Export, glTF 2.0)"
NOT_READ = {
    ".fbx": f"FBX is not read: {BY_BLENDER}",
    ".blend": f"Blender files are not read: {BY_BLENDER}",
    ".dae": f"COLLADA is not read: {BY_BLENDER}",
    ".3ds": f"3DS is not read: {BY_BLENDER}",
    ".max": "3ds Max files are not read: export the scene as .glb from 3ds Max",
    ".usd": f"USD is not read: {BY_BLENDER}",
    ".usda": f"USD is not read: {BY_BLENDER}",
    ".usdc": f"USD is not read: {BY_BLENDER}",
    ".usdz": f"USDZ is not read: {BY_BLENDER}",
    ".step": "STEP is not read: export a mesh (.glb, .obj or .stl) from the CAD program",
    ".stp": "STEP is not read: export a mesh (.glb, .obj or .stl) from the CAD program",
    ".skp": "SketchUp files are not read: export the model as .glb from SketchUp",
}
"""Suffixes of other model formats, and how to convert a file."""


@dataclass(frozen=True, slots=True)
class ImportedGlb:
    """A GLB, and what was assumed or missing when it was made."""

    glb: bytes
    findings: tuple[Finding, ...] = ()


def import_model(path: Path, limits: ModelLimits = DEFAULT_LIMITS) -> Model:
    """Read a model file: `import_glb`, with its findings before those of `read_glb`.

    Raises `ModelError` as these two do.
    """
    imported = import_glb(path, limits)
    model = read_glb(imported.glb, limits)
    return replace(model, findings=(*imported.findings, *model.findings))


def import_glb(path: Path, limits: ModelLimits = DEFAULT_LIMITS) -> ImportedGlb:
    """Turn a .gltf, .obj, .ply, .stl, .3mf, or a .zip with one of them, into a GLB; a .glb stays as it is.

    Content decides between GLB, glTF and ZIP, whatever the name. A .gltf is packed with its buffers and
    images, so that all its features survive. The other formats have one mesh a material; lengths become
    metres and +Y points up, see `load_mesh`.
    Raises `ModelError` when the file cannot be read, exceeds `limits` or holds no triangle.
    """
    files: ModelFiles = Folder(path, limits)
    suffix = path.suffix.lower()
    data = files.read_model() if suffix in ("", ".glb", ".gltf", ".zip") else b""
    if suffix == ".zip" or data.startswith(ZIP):
        files = find_model(open_archive(data, path.name, limits), path.name)
        suffix = Path(files.name).suffix.lower()
        data = files.read_model()
    if suffix == ".gltf" and not data.startswith(GLB):
        return ImportedGlb(*pack_gltf(files, limits))
    if suffix in SUFFIXES and suffix not in (".glb", ".gltf"):
        from vitrine.importers.load_mesh import load_mesh  # trimesh takes a second to import

        model = load_mesh(files, limits)
        return ImportedGlb(write_glb(model), model.findings)
    if suffix in NOT_READ:
        raise ModelError(f"{files.name}: {NOT_READ[suffix]}")
    data = data or files.read_model()
    if is_gltf_json(data):
        return ImportedGlb(*pack_gltf(files, limits))
    if suffix != ".glb" and not data.startswith(GLB):
        raise ModelError(f"{files.name} is {describe_file(data)}; {', '.join(SUFFIXES)} and .zip are read")
    return ImportedGlb(data)
