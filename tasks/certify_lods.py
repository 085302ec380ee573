"""Step 8: the levels of detail, measured against their source; one that misses is built anew, larger."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from tasks.stored import StoredFiles, stored, taken
from vitrine.gltf.reader.read_glb import read_glb
from vitrine.lods import certify_lods as certify
from vitrine.models import Blob
from vitrine.recipe import CertifyOptions, Level, WebOptions


@step()
@cached
async def certify_lods(
    model: Blob, lods: StoredFiles, ladder: tuple[Level, ...], web: WebOptions, options: CertifyOptions
) -> StoredFiles:
    """The levels with what was measured of them, as the recipe's thresholds want them."""
    made = await on_cpu(_certify, model, lods, ladder, web, options)
    measured = stored(*made.files)
    files = tuple(
        file.model_copy(update={"quality": certificate.quality})
        for file, certificate in zip(measured.files, made.certificates, strict=False)
    )
    return StoredFiles(files=files or measured.files, findings=(*lods.findings, *made.findings))


def _certify(
    model: Blob, lods: StoredFiles, ladder: tuple[Level, ...], web: WebOptions, options: CertifyOptions
) -> certify.CertifiedLods:
    source = read_glb(work_store().read(model))
    return certify.certify_lods(source, taken(lods), ladder, web, options)
