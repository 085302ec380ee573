"""The batches of one catalogue run, each converted in a flow run of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from tasks.batches import clear_batches, get_results, put_batch
from tasks.run_batch import run_batch
from vitrine.planning.batches import Batch
from vitrine.recipe import Recipe
from vitrine.runs import Conversion


class BatchRuns:
    """Runs the batches of a catalogue run on the work pool."""

    def __init__(
        self, run_id: str, recipe: Recipe, account: str, to: str, concurrency: int, max_failed: float
    ) -> None:
        self.run_id = run_id
        self.since = datetime.now(UTC)
        self.parameters = {
            "recipe": recipe.model_dump(mode="json"),
            "account": account,
            "to": to,
            "concurrency": concurrency,
            "max_failed": max_failed,
        }

    async def run(self, batch: Batch) -> tuple[Conversion, ...]:
        """Return one result for each product of the batch, in order.

        A batch with results in the work store is not run again. If its run is lost, its products have failed.
        """
        key = await put_batch(self.run_id, batch)
        results: tuple[Conversion, ...] | None = await get_results(key)
        if results is None:
            lost = await run_batch(key, _name(batch), self.parameters, self.run_id, self.since)
            results = await get_results(key)
        if results is not None:
            return results
        error = f"not converted: {lost or 'its batch has left no results'}"
        return tuple(Conversion.failure(product, error) for product in batch.products)

    async def clear(self) -> None:
        """Delete what the batches have left in the work store."""
        await clear_batches(self.run_id)


def _name(batch: Batch) -> str:
    first, last = batch.products[0].id, batch.products[-1].id
    return f"{first} … {last}" if len(batch.products) > 1 else first
