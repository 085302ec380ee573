"""Repair a bought model, turn it to face its photo, and scale it to its size."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.isolation import run_isolated
from vitrine.models import Blob, Dimensions
from vitrine.recipe import ModelLimits, ProcessLimits, RepairOptions
from vitrine.repair import repair_model as repair


class RepairedModel(repair.RepairReport):
    """A repaired model in the work store, and the report on it."""

    blob: Blob


@step()
@cached
async def repair_model(
    raw: Blob,
    photo: Blob,
    options: RepairOptions,
    dimensions: Dimensions | None,
    limits: ModelLimits,
    process: ProcessLimits,
) -> RepairedModel:
    """Repair a bought model and compare it with its photo. Raises `ModelError` for an unreadable one."""
    store = work_store()

    def mend() -> RepairedModel:
        glb, report = run_isolated(
            process,
            repair.repair_model,
            *(store.read(raw), options, dimensions),
            photo=store.read(photo),
            limits=limits,
        )
        return RepairedModel(blob=store.put(glb, "model/gltf-binary"), **dict(report))

    return await on_cpu(mend)
