"""Step 4: the raw model, cleaned, grounded, turned to face its photo, and brought to its true size."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.models import Blob, Dimensions, Fidelity, Finding
from vitrine.recipe import RepairOptions
from vitrine.record import Record
from vitrine.repair import repair_model as repair


class RepairedModel(Record):
    """A model fit to be simplified, and what was done to it."""

    blob: Blob
    findings: tuple[Finding, ...] = ()
    size_m: tuple[float, float, float] | None = None
    """Extent along x, y, z in metres."""
    fidelity: Fidelity | None = None
    """How well it matches its photo, where that has an outline."""


@step()
@cached
async def repair_model(
    raw: Blob, photo: Blob, options: RepairOptions, dimensions: Dimensions | None
) -> RepairedModel:
    """Repair a bought model and compare it with its photo. Raises `ModelError` for what cannot be read."""
    store = work_store()
    made = await on_cpu(repair.repair_model, store.read(raw), options, dimensions, photo=store.read(photo))
    return RepairedModel(
        blob=store.put(made.glb, "model/gltf-binary"),
        findings=made.findings,
        size_m=made.size_m,
        fidelity=made.fidelity,
    )
