"""Triangles and vertices in the order that draws and compresses best."""

from __future__ import annotations

from dataclasses import replace

from vitrine.codecs import meshopt
from vitrine.geometry.weld import take_vertices
from vitrine.gltf.model import Mesh, Model


def reorder(model: Model, *, compact: bool) -> Model:
    """A copy ordered for the vertex cache, then for fetching; unused vertices are gone.

    `compact` takes the strip-like cache order that EXT_meshopt_compression packs best. Otherwise triangles
    are ordered for least overdraw as well.
    """
    return replace(model, meshes=tuple(_ordered(mesh, compact) for mesh in model.meshes))


def _ordered(mesh: Mesh, compact: bool) -> Mesh:
    flat = mesh.triangles.reshape(-1)
    flat = meshopt.order_for_cache(flat, len(mesh.positions), compact=compact)
    if not compact:
        flat = meshopt.order_for_overdraw(flat, mesh.positions)
    flat, old = meshopt.fetch_order(flat, len(mesh.positions))
    return replace(take_vertices(mesh, old), triangles=flat.reshape(-1, 3))
