"""Build the levels of detail that the web page loads."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.isolation import run_isolated
from vitrine.lods import build_lods as lods
from vitrine.lods.stored_files import StoredFiles, put_files
from vitrine.models import Blob
from vitrine.recipe import Level, ProcessLimits, WebOptions


@step()
@cached
async def build_lods(
    model: Blob, ladder: tuple[Level, ...], options: WebOptions, process: ProcessLimits
) -> StoredFiles:
    """Simplify and compress a repaired model once per level, the most detailed first."""
    store = work_store()
    return await on_cpu(
        lambda: put_files(store, run_isolated(process, lods.build_lods, store.read(model), ladder, options))
    )
