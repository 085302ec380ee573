"""Draw the photo, the model and its levels of detail side by side, for a person to compare."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.repair_model import RepairedModel
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.lods.stored_files import StoredFiles
from vitrine.models import Blob
from vitrine.render.pictures import draw_levels as contact_sheets


@step()
@cached
async def draw_levels(model: RepairedModel, lods: StoredFiles, photo: Blob) -> Blob:
    """Draw a contact sheet (WebP) of the photo, the source and every level, each with its measurements."""
    return await on_cpu(_draw, model, lods, photo)


def _draw(model: RepairedModel, lods: StoredFiles, photo: Blob) -> Blob:
    store = work_store()
    source = read_glb(store.read(model.blob), limits=None)
    levels = [(file, read_glb(store.read(file.blob), limits=None)) for file in lods.files]
    sheet = contact_sheets.draw_levels(source, levels, photo=store.read(photo), fidelity=model.fidelity)
    return store.put(sheet, "image/webp")
