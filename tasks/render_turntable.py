"""Render the product in one full turn."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.isolation import run_isolated
from vitrine.lods.stored_files import StoredFiles
from vitrine.models import AssetFile, Blob
from vitrine.recipe import ProcessLimits, TurntableOptions
from vitrine.render.pictures import render_turntable as turntable


@step()
async def render_turntable(lods: StoredFiles, options: TurntableOptions, process: ProcessLimits) -> AssetFile:
    """Render an animated WebP from the smallest level whose textures are fine enough for it."""
    level = lods.files[turntable.choose_level([file.texture_px or 0 for file in lods.files], options)]
    picture = await _rendered(level.blob, options, process)
    return AssetFile(role="turntable", blob=picture, texture_px=options.size_px)


@cached
async def _rendered(level: Blob, options: TurntableOptions, process: ProcessLimits) -> Blob:
    store = work_store()

    def render() -> Blob:
        film = run_isolated(process, turntable.render_turntable_from_glb, store.read(level), options)
        return store.put(film, "image/webp")

    return await on_cpu(render)
