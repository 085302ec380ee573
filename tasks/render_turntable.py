"""Render the product in one full turn."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine import gltf
from vitrine.lods.stored_files import StoredFiles
from vitrine.models import AssetFile, Blob
from vitrine.recipe import TurntableOptions
from vitrine.render.pictures import render_turntable as turntable


@step()
async def render_turntable(lods: StoredFiles, options: TurntableOptions) -> AssetFile:
    """Render an animated WebP from the smallest level whose textures are fine enough for it."""
    level = lods.files[turntable.choose_level([file.texture_px or 0 for file in lods.files], options)]
    picture = await _rendered(level.blob, options)
    return AssetFile(role="turntable", blob=picture, texture_px=options.size_px)


@cached
async def _rendered(level: Blob, options: TurntableOptions) -> Blob:
    store = work_store()
    picture = await on_cpu(_render, store.read(level), options)
    return store.put(picture, "image/webp")


def _render(glb: bytes, options: TurntableOptions) -> bytes:
    return turntable.render_turntable(gltf.read_glb(glb, limits=None), options)
