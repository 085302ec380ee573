"""Step 4: the raw model, cleaned, grounded, and brought to its true size."""

from __future__ import annotations

from tasks.memory import remembered
from tasks.policy import on_cpu, step
from tasks.workshop import work_store
from vitrine.mesh import repair
from vitrine.models import Blob, Dimensions, Finding
from vitrine.recipe import RepairOptions
from vitrine.record import Record


class RepairedModel(Record):
    """A model fit to be simplified, and what was done to it."""

    blob: Blob
    findings: tuple[Finding, ...] = ()
    size_m: tuple[float, float, float] | None = None
    """Extent along x, y, z in metres."""


@step()
@remembered
async def repair_model(raw: Blob, options: RepairOptions, dimensions: Dimensions | None) -> RepairedModel:
    """Repair a bought model. Raises `ModelError` for one that cannot be read."""
    store = work_store()
    made = await on_cpu(repair.repair_model, store.read(raw), options, dimensions)
    blob = store.put(made.glb, "model/gltf-binary")
    return RepairedModel(blob=blob, findings=made.findings, size_m=made.size_m)
