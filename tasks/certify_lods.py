"""Measure the levels of detail and the files for AR against their source."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.lods import certify_lods as certify
from vitrine.lods.stored_files import StoredFiles, put_files, read_files
from vitrine.models import Blob
from vitrine.recipe import CertifyOptions, Level, WebOptions
from vitrine.record import Record
from vitrine.usdz.read_usdz import read_built


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
) -> CertifiedFiles:
    """Measure each file against the model; build a level that misses the limits again, larger."""
    certified = await on_cpu(_certify, model, lods, ar, ladder, web, options)
    store = work_store()
    return CertifiedFiles(
        lods=put_files(store, certified.files, certified.qualities),
        ar=put_files(store, certified.ar_files, certified.ar_qualities),
    )


def _certify(
    model: Blob,
    lods: StoredFiles,
    ar: StoredFiles,
    ladder: tuple[Level, ...],
    web: WebOptions,
    options: CertifyOptions,
) -> certify.CertifiedLods:
    store = work_store()
    source, files = read_glb(store.read(model), limits=None), read_files(store, lods)
    read = [(file, read_built(file)) for file in read_files(store, ar)]
    return certify.certify_lods(source, files, ladder, web, options, ar=read)
