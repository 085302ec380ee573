"""Photo in, GLB out: the engine's table of contents."""

from __future__ import annotations

from typing import Literal

import numpy as np

from vitrine.sandbox.engine.container import write_glb
from vitrine.sandbox.engine.errors import EngineError
from vitrine.sandbox.engine.photo.cutout import cut_out
from vitrine.sandbox.engine.shape.decimate import decimate
from vitrine.sandbox.engine.shape.outline import mesh_outline
from vitrine.sandbox.engine.shape.shape import sample_shape
from vitrine.sandbox.engine.shape.surface import build_surface, vertex_normals
from vitrine.sandbox.engine.texturing.bake import bake
from vitrine.sandbox.engine.texturing.charts import cut_charts


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
    """Make a model from one photo; equal arguments give equal bytes.

    Parameters
    ----------
    photo : PNG, JPEG or WebP bytes. Alpha counts only in mode RGBA, as in TRELLIS.2.
    faces : triangles at most (`decimation_target`); the result is within a per cent of it where the
        silhouette is large enough.
    texture_size : side of both textures, texels.
    resolution : 512, 1024 or 1536; how much of the photo's detail shapes the model.
    seed : another seed, a slightly different relief.
    remesh : False writes a double-sided material, as TRELLIS.2 does.

    Raises `EngineError` when nothing can be made of the photo.
    """
    rng = np.random.default_rng(seed)
    cutout = cut_out(photo)
    shape = sample_shape(cutout, faces=faces, resolution=resolution, rng=rng)
    outline = mesh_outline(shape.level)
    if not len(outline.triangles):
        raise EngineError("nothing in the photo is solid: the subject is thinner than a pixel")
    surface = decimate(build_surface(shape, outline), faces)
    normals = vertex_normals(surface)
    charts = cut_charts(surface, normals, texture_size)
    textures = bake(cutout, surface, normals, charts, shape, texture_size)
    return write_glb(
        charts, surface, normals, textures, double_sided=not remesh, texture_format=texture_format
    )
