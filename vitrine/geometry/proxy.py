"""A rough copy of a model, for small pictures of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.codecs import meshopt
from vitrine.geometry.join import join, remove_unreferenced_vertices, split
from vitrine.gltf.model import Model

TRIANGLES = 20_000
MAX_ERROR = 0.02
"""In extents of the model: two pixels of a picture 96 wide."""


def build_proxy(model: Model, triangles: int = TRIANGLES) -> Model:
    """The same shape with about so many triangles; one that has no more comes back as it is.

    Twice as quick as `simplify`, since neither normals nor UVs are weighed: fine colours may smear.
    """
    if model.triangle_count <= triangles:
        return model
    joined = join(model)
    flat = np.ascontiguousarray(joined.triangles).reshape(-1)
    left, _ = meshopt.simplify(flat, joined.positions, target=triangles, max_error=MAX_ERROR)
    if not len(left):
        return model
    rough = split(model, joined, left.reshape(-1, 3))
    return replace(rough, meshes=tuple(remove_unreferenced_vertices(mesh) for mesh in rough.meshes))
