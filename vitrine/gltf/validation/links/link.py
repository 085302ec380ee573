"""Resolve all references of a document, in the order in which the Khronos glTF Validator does."""

from __future__ import annotations

import numpy as np

from vitrine.gltf.validation.links.accessors import link_accessors, link_buffer_views
from vitrine.gltf.validation.links.animations import link_animation_pointers, link_animations
from vitrine.gltf.validation.links.linker import Linker
from vitrine.gltf.validation.links.material_extensions import link_material_extensions
from vitrine.gltf.validation.links.meshes import MeshLinker, Primitive
from vitrine.gltf.validation.links.nodes import check_nodes, link_nodes, link_scenes
from vitrine.gltf.validation.links.skins import SkinLinker, check_skinned_nodes
from vitrine.gltf.validation.links.textures import link_images, link_materials, link_textures
from vitrine.gltf.validation.rows import Document

COUNTED = (
    *("accessors", "buffers", "bufferViews", "cameras", "images", "materials", "meshes", "nodes", "samplers"),
    *("skins", "textures", "lights", "variants"),
)
"""The lists whose objects something should use."""


def link_document(document: Document) -> tuple[Linker, dict[int, Primitive]]:
    """Resolve all references; return them, and all primitives by their row."""
    linker = Linker(document)
    link_buffer_views(linker)
    link_accessors(linker)
    link_images(linker)
    link_textures(linker)
    needs = link_materials(linker)
    link_material_extensions(linker)
    primitives = MeshLinker(linker, needs).link()
    graph = link_nodes(linker, primitives)
    skins = SkinLinker(linker, graph, np.zeros(len(document.lists["nodes"]), bool))
    skins.link()
    link_animations(linker)
    link_animation_pointers(linker)
    link_scenes(linker, graph)
    check_nodes(linker, graph, skins.joints)
    check_skinned_nodes(linker, skins)
    _report_unused(document)
    return linker, primitives


def _report_unused(document: Document) -> None:
    for name in COUNTED:
        rows = document.lists[name]
        for row in np.flatnonzero(~document.used[name]).tolist():
            if rows.is_present(row):
                document.issues.add("UNUSED_OBJECT", rows.pointer(row))
