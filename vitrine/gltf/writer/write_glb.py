"""`Model` -> GLB of core glTF 2.0, which every reader understands."""

from __future__ import annotations

from pygltflib import Attributes, Node, Primitive
from pygltflib import Mesh as GltfMesh

from vitrine.arrays import Floats
from vitrine.gltf.model import Mesh, Model
from vitrine.gltf.writer.accessors import accessor_of, smallest_indices
from vitrine.gltf.writer.document_builder import ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER, DocumentBuilder
from vitrine.gltf.writer.drop_textures import drop_textures_without_uvs
from vitrine.gltf.writer.materials import add_materials


def write_glb(model: Model) -> bytes:
    """Write float32 attributes, 16- or 32-bit indices and one node a primitive; textures as they are.

    Extensions appear only where a texture or a material has them. Meshes without UVs lose their textures.
    Raises `ModelError` for positions that are not finite and for textures of an unknown media type.
    """
    model = drop_textures_without_uvs(model)
    builder = DocumentBuilder()
    materials = add_materials(builder, model)
    for number, mesh in enumerate(model.meshes):
        primitive = _primitive(builder, mesh, materials[mesh.material])
        mesh_index = builder.add(GltfMesh(primitives=[primitive]))
        builder.add(Node(name=f"geometry_{number}", mesh=mesh_index))
    return builder.build()


def _primitive(builder: DocumentBuilder, mesh: Mesh, material: int) -> Primitive:
    attributes = Attributes(POSITION=_attribute(builder, mesh.positions, bounds=True))
    if mesh.normals is not None:
        attributes.NORMAL = _attribute(builder, mesh.normals)
    if mesh.tangents is not None:
        attributes.TANGENT = _attribute(builder, mesh.tangents)
    if mesh.uvs is not None:
        attributes.TEXCOORD_0 = _attribute(builder, mesh.uvs)
    if mesh.colors is not None:
        attributes.COLOR_0 = _attribute(builder, mesh.colors)
    values = smallest_indices(mesh.triangles)
    indices = builder.add(accessor_of(values, builder.add_buffer_view(values, ELEMENT_ARRAY_BUFFER)))
    return Primitive(attributes=attributes, indices=indices, material=material)


def _attribute(builder: DocumentBuilder, values: Floats, *, bounds: bool = False) -> int:
    view = builder.add_buffer_view(values, ARRAY_BUFFER)
    return builder.add(accessor_of(values, view, bounds=bounds))
