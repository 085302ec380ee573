"""Step 7: the still picture that stands in until the model has loaded."""

from __future__ import annotations

from tasks.memory import remembered
from tasks.policy import on_cpu, step
from tasks.workshop import work_store
from vitrine import gltf, render
from vitrine.models import AssetFile, Blob
from vitrine.recipe import PosterOptions


@step()
@remembered
async def render_poster(model: Blob, options: PosterOptions) -> AssetFile:
    """Render a repaired model as a WebP picture."""
    store = work_store()
    picture = await on_cpu(_render, store.read(model), options)
    return AssetFile(role="poster", blob=store.put(picture, "image/webp"), texture_px=options.size_px)


def _render(glb: bytes, options: PosterOptions) -> bytes:
    return render.render_poster(gltf.read_glb(glb), options)
