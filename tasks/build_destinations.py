"""Build smaller files for the destinations of a recipe."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.destinations import build_destinations as destinations
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.lods.built_file import BuiltFile
from vitrine.lods.stored_files import StoredFiles, put_files, read_files
from vitrine.models import Blob, Dimensions
from vitrine.recipe import ArOptions


@step()
@cached
async def build_destinations(
    model: Blob, ar: StoredFiles, names: tuple[str, ...], options: ArOptions, dimensions: Dimensions | None
) -> StoredFiles:
    """Build a file for each destination that the AR file or the USDZ does not suit by its size."""
    return put_files(work_store(), await on_cpu(_build, model, ar, names, options, dimensions))


def _build(
    model: Blob, ar: StoredFiles, names: tuple[str, ...], options: ArOptions, dimensions: Dimensions | None
) -> tuple[BuiltFile, ...]:
    store = work_store()
    source = read_glb(store.read(model), limits=None)
    return destinations.build_destinations(source, read_files(store, ar), names, options, dimensions)
