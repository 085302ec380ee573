"""The record of a converted product, put together from what its steps have handed over."""

from __future__ import annotations

import vitrine
from flows.outcome import Outcome
from tasks.repair_model import RepairedModel
from tasks.stored import StoredFiles
from vitrine.models import Asset, AssetFile, Job, PreparedPhoto, Product
from vitrine.publishing import approve_model as fidelity
from vitrine.recipe import Recipe


def asset_of(
    product: Product,
    recipe: Recipe,
    photo: PreparedPhoto,
    job: Job,
    model: RepairedModel,
    built: tuple[StoredFiles, ...],
    pictures: tuple[AssetFile, ...],
    outcome: Outcome,
) -> Asset:
    """The asset, with its provenance.

    Nothing in it tells one run from the next, so a rerun changes nothing.
    """
    return Asset(
        product=product,
        files=(
            *(file for part in built for file in part.files),
            *pictures,
            AssetFile(role="photo", blob=photo.blob, texture_px=photo.width_px),
        ),
        findings=(
            *photo.findings,
            *outcome.shortfalls,
            *model.findings,
            *fidelity.judge(model.fidelity, recipe.fidelity),
            *(finding for part in built for finding in part.findings),
        ),
        size_m=model.size_m,
        fidelity=model.fidelity,
        provider=job.provider,
        request_id=job.request_id,
        order_key=job.key,
        cost_usd=outcome.bill_usd,
        settings=recipe.generation.model_dump(mode="json", exclude_none=True),
        made_with=f"vitrine {vitrine.__version__}",
    )
