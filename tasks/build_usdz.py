"""Build the file that AR Quick Look opens on iPhone and iPad."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.lods.stored_files import StoredFiles, put_files, read_files
from vitrine.usdz import build_usdz as usdz
from vitrine.usdz.open_usd import load_usd

load_usd()  # here, as tasks are imported before any step runs on a thread


@step()
@cached
async def build_usdz(ar: StoredFiles) -> StoredFiles:
    """Write the ar file as USDZ."""
    store = work_store()
    (file,) = read_files(store, ar)
    return put_files(store, [await on_cpu(usdz.build_usdz, file)])
