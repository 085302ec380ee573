"""Draw the photo, the model and its levels of detail side by side, for a person to compare."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.repair_model import RepairedModel
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.isolation import run_isolated
from vitrine.lods.stored_files import StoredFiles
from vitrine.models import Blob
from vitrine.recipe import ProcessLimits
from vitrine.render.pictures.draw_levels import draw_levels_from_glbs


@step()
@cached
async def draw_levels(model: RepairedModel, lods: StoredFiles, photo: Blob, process: ProcessLimits) -> Blob:
    """Draw a contact sheet (WebP) of the photo, the source and every level, each with its measurements."""
    store = work_store()

    def draw() -> Blob:
        levels = [(file, store.read(file.blob)) for file in lods.files]
        source, cut = store.read(model.blob), store.read(photo)
        sheet = run_isolated(process, draw_levels_from_glbs, source, levels, cut, model.fidelity)
        return store.put(sheet, "image/webp")

    return await on_cpu(draw)
