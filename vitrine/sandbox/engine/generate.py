"""Generating a GLB from a photo: the engine's steps in order."""

from __future__ import annotations

from typing import Literal

import numpy as np

from vitrine.sandbox.engine.errors import EngineError
from vitrine.sandbox.engine.photo.cutout import cut_out
from vitrine.sandbox.engine.shape.decimate import decimate
from vitrine.sandbox.engine.shape.heightfields import sample_heightfields
from vitrine.sandbox.engine.shape.mesh_silhouette import mesh_silhouette
from vitrine.sandbox.engine.shape.surface import build_surface, vertex_normals
from vitrine.sandbox.engine.texturing.bake import bake
from vitrine.sandbox.engine.texturing.compute_charts import compute_charts
from vitrine.sandbox.engine.write_glb import write_glb


def generate(
    photo: bytes,
    *,
    faces: int = 500_000,
    texture_size: int = 2048,
    resolution: int = 1024,
    seed: int = 42,
    remesh: bool = True,
    texture_format: Literal["webp", "png"] = "webp",
) -> bytes:
    """Generate a model from one photo, as GLB bytes. Equal arguments give equal bytes.

    Parameters
    ----------
    photo : PNG, JPEG or WebP bytes. As in TRELLIS.2, only an image of mode RGBA has an alpha channel.
    faces : upper limit of triangles (`decimation_target`). The result is within 1 % of it when the silhouette
        has enough pixels.
    texture_size : side of both textures in texels.
    resolution : 512, 1024 or 1536; how much detail of the photo the relief shows.
    seed : of the random variation in thickness and relief.
    remesh : False writes a double-sided material, as TRELLIS.2 does.

    Raises `EngineError` when no model can be made from the photo.
    """
    rng = np.random.default_rng(seed)
    cutout = cut_out(photo)
    fields = sample_heightfields(cutout, faces=faces, resolution=resolution, rng=rng)
    silhouette = mesh_silhouette(fields.level_set)
    if not len(silhouette.triangles):
        raise EngineError("nothing in the photo is solid: the subject is thinner than a pixel")
    surface = decimate(build_surface(fields, silhouette), faces)
    normals = vertex_normals(surface)
    charts = compute_charts(surface, normals, texture_size)
    textures = bake(cutout, surface, normals, charts, fields, texture_size)
    return write_glb(
        charts, surface, normals, textures, double_sided=not remesh, texture_format=texture_format
    )
