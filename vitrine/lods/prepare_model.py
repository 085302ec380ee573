"""Prepare a model for simplification and writing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.codecs.array_checks import MAX_MAGNITUDE
from vitrine.errors import ModelError
from vitrine.geometry.normals import fix_normals
from vitrine.geometry.tangents import add_tangents
from vitrine.gltf.model import Model
from vitrine.textures.texture_slots import texture_uses

ANISOTROPY = "KHR_materials_anisotropy"


def prepare_model(model: Model) -> Model:
    """Return a copy with unit normals, with tangents where materials need them, and without unused UVs.

    Raises `ModelError` for a model without triangles, or with coordinates that meshoptimizer cannot take.
    """
    if not model.triangle_count:
        raise ModelError("the model has no triangles")
    largest = max(float(np.abs(mesh.positions).max(initial=0)) for mesh in model.meshes)
    if not largest <= MAX_MAGNITUDE:
        raise ModelError(
            f"the model has a coordinate of {largest:.3g}, the limit is {MAX_MAGNITUDE:.0e}: scale it down"
        )
    meshes = []
    for mesh in model.meshes:
        material = model.materials[mesh.material]
        mesh, _ = fix_normals(mesh)
        uses = texture_uses((material,))
        # A normal map may be an extension's, such as clearcoat's. Anisotropy is a direction along tangents.
        is_anisotropic = ANISOTROPY in material.extensions
        needs_tangents = is_anisotropic or any(use.kind == "normal" for use in uses)
        if not uses and not is_anisotropic:
            mesh = replace(mesh, uvs=None)
        mesh = add_tangents(mesh) if needs_tangents else replace(mesh, tangents=None)
        meshes.append(mesh)
    return replace(model, meshes=tuple(meshes))
