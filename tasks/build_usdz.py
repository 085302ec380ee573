"""Build the file that AR Quick Look opens on iPhone and iPad."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.isolation import run_isolated
from vitrine.lods.stored_files import StoredFiles, put_files, read_files
from vitrine.recipe import ProcessLimits
from vitrine.usdz import build_usdz as usdz


@step()
@cached
async def build_usdz(ar: StoredFiles, process: ProcessLimits) -> StoredFiles:
    """Write the ar file as USDZ."""
    store = work_store()

    def build() -> StoredFiles:
        (file,) = read_files(store, ar)
        return put_files(store, [run_isolated(process, usdz.build_usdz, file)])

    return await on_cpu(build)
