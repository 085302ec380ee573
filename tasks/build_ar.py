"""Build the file that augmented-reality viewers open."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.isolation import run_isolated
from vitrine.lods import build_ar as ar
from vitrine.lods.stored_files import StoredFiles, put_files
from vitrine.models import Blob
from vitrine.recipe import ArOptions, ProcessLimits


@step()
@cached
async def build_ar(model: Blob, options: ArOptions, process: ProcessLimits) -> StoredFiles:
    """Write a repaired model as core glTF 2.0 within the limits of AR viewers."""
    store = work_store()
    return await on_cpu(
        lambda: put_files(store, [run_isolated(process, ar.build_ar, store.read(model), options)])
    )
