"""A model file of any format that is read here -> GLB."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from vitrine.errors import ModelError
from vitrine.gltf.model import Model
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.gltf.writer.write_glb import write_glb
from vitrine.importers.model_files import SUFFIXES, Folder, ModelFiles, find_model, open_archive
from vitrine.importers.pack_gltf import pack_gltf
from vitrine.models import Finding


@dataclass(frozen=True, slots=True)
class ImportedGlb:
    """A GLB, and what was assumed or missing when it was made."""

    glb: bytes
    findings: tuple[Finding, ...] = ()


def import_model(path: Path) -> Model:
    """Read a model file: `import_glb`, with its findings before those of `read_glb`.

    Raises `ModelError` as these two do.
    """
    imported = import_glb(path)
    model = read_glb(imported.glb)
    return replace(model, findings=(*imported.findings, *model.findings))


def import_glb(path: Path) -> ImportedGlb:
    """Turn a .gltf, .obj, .ply, .stl, .3mf, or a .zip with one of them, into a GLB; a .glb stays as it is.

    A .gltf is packed with its buffers and images, so that all its features survive. The other formats have
    one mesh a material; lengths become metres and +Y points up, see `load_mesh`.
    Raises `ModelError` when the file cannot be read or holds no triangle.
    """
    files: ModelFiles = Folder(path)
    suffix = path.suffix.lower()
    if suffix == ".zip":
        files = find_model(open_archive(files.read_model(), path.name), path.name)
        suffix = Path(files.name).suffix.lower()
    if suffix == ".gltf":
        return ImportedGlb(*pack_gltf(files))
    if suffix in SUFFIXES and suffix != ".glb":
        from vitrine.importers.load_mesh import load_mesh  # trimesh takes a second to import

        model = load_mesh(files)
        return ImportedGlb(write_glb(model), model.findings)
    data = files.read_model()
    if suffix != ".glb" and data[:4] != b"glTF":
        raise ModelError(f"{files.name}: {', '.join(SUFFIXES)} and .zip are read")
    return ImportedGlb(data)
