"""Count what a product's run has done, for `vitrine metrics`."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter

from tasks.resources import ledger
from vitrine.errors import VitrineError
from vitrine.ledger.counters import Counts, add_counts
from vitrine.progress import StepTimes
from vitrine.runs import Conversion

logger = logging.getLogger("vitrine.flows")


async def count_run(conversion: Conversion, times: StepTimes) -> None:
    """Add the result of a product and the times of its steps to the counters.

    No task: nobody waits for it, and what cannot be counted is no failure of the product.
    """
    try:
        await asyncio.to_thread(lambda: add_counts(ledger(), counts_of(conversion, times)))
    except VitrineError as error:
        logger.warning("%s is not counted: %s", conversion.product_id, error)


def counts_of(conversion: Conversion, times: StepTimes) -> Counts:
    """Return what a product's run adds to the counters."""
    counts: Counter[tuple[str, str]] = Counter({("products", conversion.status): 1})
    counts.update(("findings", finding.code) for finding in conversion.findings)
    seconds: dict[tuple[str, str], float] = {}
    for step, runs in times.runs.items():
        counts["step_runs", step] = runs
        seconds["step_seconds", step] = times.seconds[step]
        if failures := times.failures[step]:
            counts["step_failures", step] = failures
    if conversion.release is not None:
        seconds["uploaded_bytes", ""] = float(conversion.release.uploaded_bytes)
    return {**counts, **seconds}
