"""Render the image that a page shows until the model has loaded."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.isolation import run_isolated
from vitrine.models import AssetFile, Blob
from vitrine.recipe import PosterOptions, ProcessLimits
from vitrine.render.pictures.render_poster import render_poster_from_glb


@step()
@cached
async def render_poster(model: Blob, options: PosterOptions, process: ProcessLimits) -> tuple[AssetFile, ...]:
    """Render a repaired model as an image, in one format or both."""
    store = work_store()

    def render() -> tuple[AssetFile, ...]:
        pictures = run_isolated(process, render_poster_from_glb, store.read(model), options)
        return tuple(
            AssetFile(
                role=picture.role,
                blob=store.put(picture.data, picture.media_type),
                texture_px=options.size_px,
            )
            for picture in pictures
        )

    return await on_cpu(render)
