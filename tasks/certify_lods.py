"""Measure the levels of detail and the files for AR against their source."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.isolation import run_isolated
from vitrine.lods.stored_files import StoredFiles, put_files, read_files
from vitrine.models import Blob
from vitrine.recipe import CertifyOptions, Level, ProcessLimits, WebOptions
from vitrine.record import Record
from vitrine.usdz.certify_files import certify_files


class CertifiedFiles(Record):
    """The files of a model with their qualities: levels of detail, and what AR viewers open."""

    lods: StoredFiles
    ar: StoredFiles


@step()
@cached
async def certify_lods(
    model: Blob,
    lods: StoredFiles,
    ar: StoredFiles,
    ladder: tuple[Level, ...],
    web: WebOptions,
    options: CertifyOptions,
    process: ProcessLimits,
) -> CertifiedFiles:
    """Measure each file against the model; build a level that misses the limits again, larger."""
    store = work_store()

    def certify() -> CertifiedFiles:
        files = read_files(store, lods), read_files(store, ar)
        certified = run_isolated(process, certify_files, store.read(model), *files, ladder, web, options)
        return CertifiedFiles(
            lods=put_files(store, certified.lods, certified.lod_qualities),
            ar=put_files(store, certified.ar, certified.ar_qualities),
        )

    return await on_cpu(certify)
