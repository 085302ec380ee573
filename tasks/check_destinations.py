"""Judge the files of a product by the limits of shops and viewers."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.destinations import check_destinations as destinations
from vitrine.isolation import run_isolated
from vitrine.lods.stored_files import StoredFiles, read_files
from vitrine.models import Dimensions
from vitrine.models.verdict import DestinationVerdict
from vitrine.recipe import ProcessLimits


@step()
@cached
async def check_destinations(
    lods: StoredFiles, ar: StoredFiles, dimensions: Dimensions | None, process: ProcessLimits
) -> tuple[DestinationVerdict, ...]:
    """Return a verdict for each destination on the file that it would be given."""
    store = work_store()

    def check() -> tuple[DestinationVerdict, ...]:
        files = read_files(store, lods.with_files(ar))
        return run_isolated(process, destinations.check_destinations, files, dimensions)

    return await on_cpu(check)
