"""Step 6: the one file that every augmented-reality viewer can read."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from tasks.stored import StoredFiles, stored
from vitrine.lods import build_ar as ar
from vitrine.models import Blob
from vitrine.recipe import ArOptions


@step()
@cached
async def build_ar(model: Blob, options: ArOptions) -> StoredFiles:
    """Write a repaired model as core glTF 2.0 within the limits of AR viewers."""
    return stored(await on_cpu(ar.build_ar, work_store().read(model), options))
