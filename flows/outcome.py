"""What becomes of a product or a feed is a value; whether it failed is also the state of its flow run."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from vitrine.errors import DraftHeld, VitrineError
from vitrine.models import Asset, Blob, Delivery, Finding, Job, Product, Release
from vitrine.publishing.approve_model import blocking_findings
from vitrine.runs import Conversion

logger = logging.getLogger("vitrine.flows")


class Outcome:
    """What is known so far of one product in one run; ends as a `Conversion`, whatever happens."""

    def __init__(self, product: Product) -> None:
        self.conversion = Conversion(
            product_id=product.id, title=product.title, status="failed", error="stopped"
        )
        self.bill_usd = Decimal(0)
        """What its models cost in all, now and in earlier runs."""
        self.shortfalls: tuple[Finding, ...] = ()
        """Where its model falls short of what was ordered."""

    @contextmanager
    def record_failure(self) -> Iterator[None]:
        """Keep a failure to its product: what is raised inside becomes its error."""
        try:
            yield
        except DraftHeld as error:
            self._note(status="held", error=str(error))
        except VitrineError as error:
            self._note(error=str(error))
        except Exception as error:  # a bug, or a machine in trouble: this product's, not the batch's
            logger.exception("%s: unexpected error", self.conversion.product_id)
            self._note(error=f"{type(error).__name__}: {error}")

    def record_purchase(self, job: Job) -> Job:
        """Note what was paid now; nothing, if the ledger already held the purchase."""
        self.bill_usd += job.price_usd or Decimal(0)
        spent_usd = self.conversion.spent_usd
        if not job.reused:
            spent_usd += job.price_usd or Decimal(0)
        self._note(provider=job.provider, reused=job.reused, spent_usd=spent_usd)
        return job

    def record_delivery(self, job: Job, delivery: Delivery) -> Blob:
        """Note what a model really cost, and where it falls short; returns the model."""
        more_usd = delivery.price_usd - (job.price_usd or Decimal(0))
        self.bill_usd += more_usd
        if not job.reused:
            self._note(spent_usd=self.conversion.spent_usd + more_usd)
        self.shortfalls = delivery.findings
        return delivery.raw

    def record_asset(self, asset: Asset, sheet: Blob) -> None:
        """Note what there is to publish, and the picture of it."""
        self._note(findings=asset.findings, sheet=sheet)

    def record_held(self, asset: Asset) -> None:
        """Note why it waits for a person."""
        doubts = "; ".join(finding.message for finding in blocking_findings(asset.findings))
        self._note(status="held", error=f"held for review: {doubts}")

    def record_release(self, release: Release) -> None:
        """Note the release."""
        status = "unchanged" if release.unchanged else "published"
        self._note(status=status, release=release, error=None)

    def _note(self, **fields: Any) -> None:
        self.conversion = self.conversion.model_copy(update=fields)


async def run_flow(flow: Any, *args: Any) -> Any:
    """Run a flow here and return what became of its work, also when the run ended as failed.

    Raises what kept it from starting on the work at all, a feed that cannot be read for instance.
    """
    state = await flow(*args, return_state=True)
    result = await state.aresult(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise result
    return result
