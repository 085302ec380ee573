"""From the results of the steps to the record of a converted product."""

from __future__ import annotations

import vitrine
from flows.outcome import Outcome
from tasks.repair_model import RepairedModel
from vitrine.lods.stored_files import StoredFiles
from vitrine.models import Asset, AssetFile, Job, PreparedPhoto, Product
from vitrine.models.verdict import DestinationVerdict
from vitrine.publishing import approve_model as fidelity
from vitrine.recipe import Recipe
from vitrine.record import Record


class StepResults(Record):
    """What the steps of one product have returned."""

    photo: PreparedPhoto
    job: Job
    model: RepairedModel
    lods: StoredFiles
    ar: StoredFiles
    verdicts: tuple[DestinationVerdict, ...]
    images: tuple[AssetFile, ...]


def asset_of(product: Product, recipe: Recipe, results: StepResults, outcome: Outcome) -> Asset:
    """Return the asset with its provenance; equal results give equal assets, whatever the run."""
    photo, job, model = results.photo, results.job, results.model
    built = (results.lods, results.ar)
    return Asset(
        product=product,
        files=(
            *(file for part in built for file in part.files),
            *results.images,
            AssetFile(role="photo", blob=photo.blob, texture_px=photo.width_px),
        ),
        findings=(
            *photo.findings,
            *outcome.shortfalls,
            *model.findings,
            *fidelity.fidelity_findings(model.fidelity, recipe.fidelity),
            *(finding for part in built for finding in part.findings),
        ),
        size_m=model.size_m,
        verdicts=results.verdicts,
        fidelity=model.fidelity,
        provider=job.provider,
        request_id=job.request_id,
        order_key=job.key,
        cost_usd=outcome.bill_usd,
        settings=recipe.generation.model_dump(mode="json", exclude_none=True),
        made_with=f"vitrine {vitrine.__version__}",
        inputs=outcome.inputs,
    )
