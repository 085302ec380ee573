"""Build smaller files for the destinations of a recipe."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.destinations.build_destinations import build_destinations_from_glb
from vitrine.isolation import run_isolated
from vitrine.lods.stored_files import StoredFiles, put_files, read_files
from vitrine.models import Blob, Dimensions
from vitrine.recipe import ArOptions, ProcessLimits


@step()
@cached
async def build_destinations(
    model: Blob,
    ar: StoredFiles,
    names: tuple[str, ...],
    options: ArOptions,
    dimensions: Dimensions | None,
    process: ProcessLimits,
) -> StoredFiles:
    """Build a file for each destination that the AR file or the USDZ does not suit by its size."""
    store = work_store()

    def build() -> StoredFiles:
        given = store.read(model), read_files(store, ar), names, options, dimensions
        return put_files(store, run_isolated(process, build_destinations_from_glb, *given))

    return await on_cpu(build)
