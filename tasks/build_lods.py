"""Step 5: the levels of detail that the web page loads."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from tasks.stored import StoredFiles, stored
from vitrine.lods import build_lods as lods
from vitrine.models import Blob
from vitrine.recipe import Level, WebOptions


@step()
@cached
async def build_lods(model: Blob, ladder: tuple[Level, ...], options: WebOptions) -> StoredFiles:
    """Simplify and compress a repaired model once per level, the most detailed first."""
    made = await on_cpu(lods.build_lods, work_store().read(model), ladder, options)
    return stored(*made)
