"""Reorder triangles and vertices for the GPU's caches and for compression."""

from __future__ import annotations

from dataclasses import replace

from vitrine.codecs import meshopt
from vitrine.geometry.vertices import take_vertices
from vitrine.gltf.model import Mesh, Model


def reorder(model: Model, *, compact: bool) -> Model:
    """Return a copy in meshoptimizer's order for the vertex cache, then for vertex fetch.

    Unreferenced vertices are dropped. `compact` takes the strip-like cache order, which
    EXT_meshopt_compression packs best; without it triangles are also ordered for least overdraw.
    """
    return replace(model, meshes=tuple(_reordered(mesh, compact) for mesh in model.meshes))


def _reordered(mesh: Mesh, compact: bool) -> Mesh:
    flat = mesh.triangles.reshape(-1)
    flat = meshopt.optimize_vertex_cache(flat, len(mesh.positions), compact=compact)
    if not compact:
        flat = meshopt.optimize_overdraw(flat, mesh.positions)
    flat, vertices = meshopt.optimize_vertex_fetch(flat, len(mesh.positions))
    return replace(take_vertices(mesh, vertices), triangles=flat.reshape(-1, 3))
