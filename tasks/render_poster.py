"""Render the image that a page shows until the model has loaded."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine import gltf
from vitrine.models import AssetFile, Blob
from vitrine.recipe import PosterOptions
from vitrine.render.pictures.render_poster import PosterFile
from vitrine.render.pictures.render_poster import render_poster as posters


@step()
@cached
async def render_poster(model: Blob, options: PosterOptions) -> tuple[AssetFile, ...]:
    """Render a repaired model as an image, in one format or both."""
    store = work_store()
    pictures = await on_cpu(_render, store.read(model), options)
    return tuple(
        AssetFile(
            role=picture.role,
            blob=store.put(picture.data, picture.media_type),
            texture_px=options.size_px,
        )
        for picture in pictures
    )


def _render(glb: bytes, options: PosterOptions) -> tuple[PosterFile, ...]:
    return posters(gltf.read_glb(glb, limits=None), options)
