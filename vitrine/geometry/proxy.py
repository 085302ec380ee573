"""Build a proxy mesh: a coarse copy of a model that stands in for it where a small rendering is enough."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.codecs import meshopt
from vitrine.geometry.join import join, split
from vitrine.geometry.vertices import remove_unreferenced_vertices
from vitrine.gltf.model import Model

TRIANGLES = 20_000
MAX_ERROR = 0.02
"""Relative to the model's largest extent: two pixels of a rendering 96 pixels wide."""


def build_proxy(model: Model, triangles: int = TRIANGLES) -> Model:
    """Return a copy with about `triangles` triangles; the model itself when it has no more.

    Only positions are weighed, which takes half the time of `simplify`; fine details of textures may smear.
    """
    if model.triangle_count <= triangles:
        return model
    joined = join(model)
    flat = np.ascontiguousarray(joined.triangles).reshape(-1)
    left, _ = meshopt.simplify(flat, joined.positions, target=triangles, max_error=MAX_ERROR)
    if not len(left):
        return model
    proxy = split(model, joined, left.reshape(-1, 3))
    return replace(proxy, meshes=tuple(remove_unreferenced_vertices(mesh) for mesh in proxy.meshes))
