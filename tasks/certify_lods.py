"""Measure the levels of detail against their source."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.lods import certify_lods as certify
from vitrine.lods.stored_files import StoredFiles, put_files, read_files
from vitrine.models import Blob
from vitrine.recipe import CertifyOptions, Level, WebOptions


@step()
@cached
async def certify_lods(
    model: Blob, lods: StoredFiles, ladder: tuple[Level, ...], web: WebOptions, options: CertifyOptions
) -> StoredFiles:
    """Measure each level against the model; build a level that misses the limits again, larger."""
    certified = await on_cpu(_certify, model, lods, ladder, web, options)
    return put_files(work_store(), certified.files, certified.qualities)


def _certify(
    model: Blob, lods: StoredFiles, ladder: tuple[Level, ...], web: WebOptions, options: CertifyOptions
) -> certify.CertifiedLods:
    store = work_store()
    return certify.certify_lods(
        read_glb(store.read(model), limits=None), read_files(store, lods), ladder, web, options
    )
