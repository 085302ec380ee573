"""Build the levels of detail that the web page loads."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.lods import build_lods as lods
from vitrine.lods.stored_files import StoredFiles, put_files
from vitrine.models import Blob
from vitrine.recipe import Level, WebOptions


@step()
@cached
async def build_lods(model: Blob, ladder: tuple[Level, ...], options: WebOptions) -> StoredFiles:
    """Simplify and compress a repaired model once per level, the most detailed first."""
    store = work_store()
    return put_files(store, await on_cpu(lods.build_lods, store.read(model), ladder, options))
