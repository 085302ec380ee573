"""Collect the result of a product's run; a flow returns it, and its run's state says whether it failed."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
from prefect.settings import PREFECT_API_URL

from vitrine.errors import DraftHeld, PhotoHeld, PrefectUnavailable, ShopError, StoppedInWorker, VitrineError
from vitrine.findings import finding
from vitrine.models import Asset, Blob, Delivery, Finding, Inputs, Job, Product, Release, ShopListing
from vitrine.recipe import RepairOptions
from vitrine.reviews.queue import ReviewItem
from vitrine.runs import Conversion

logger = logging.getLogger("vitrine.flows")


class Outcome:
    """The result of one product in one run, so far; `conversion` is valid after any failure."""

    def __init__(self, product: Product, inputs: Inputs | None = None) -> None:
        self.inputs = inputs
        """What the product is made from, read before any step."""
        self.conversion = Conversion.failure(product, "stopped")
        self.bill_usd = Decimal(0)
        """The price of its models, in this run and in earlier ones."""
        self.shortfalls: tuple[Finding, ...] = ()
        """Findings where the model is less than was ordered."""
        self.attempt = 1
        """The attempt with which its model was bought."""
        self.quarters = 0
        """The quarter turns that people have asked for."""
        self.held_asset: Asset | None = None
        """The whole product, if it is held; `None` if its photo or its draft is."""

    @contextmanager
    def record_failure(self) -> Iterator[None]:
        """Record an exception of the body as the error of this product, so that other products go on.

        Raises `PrefectUnavailable` where Prefect's server does not answer, which is no failure of a product.
        """
        try:
            yield
        except (DraftHeld, PhotoHeld) as error:
            self._update(status="held", error=str(error), inputs=self.inputs)
        except StoppedInWorker as error:
            self._update(error=str(error), findings=(finding("WORKER_STOPPED", str(error)),))
        except VitrineError as error:
            self._update(error=str(error))
        except Exception as error:  # a bug or a broken machine must not end the whole catalogue
            if is_from_prefect(error):
                raise PrefectUnavailable(
                    f"{self.conversion.product_id}: Prefect's server at {PREFECT_API_URL.value()} does not "
                    f"answer ({type(error).__name__}); what was bought is in the ledger: start the run again"
                ) from error
            logger.exception("%s: unexpected error", self.conversion.product_id)
            self._update(error=f"{type(error).__name__}: {error}")

    def record_turn(self, options: RepairOptions, attempt: int, quarters: int) -> RepairOptions:
        """Record which model is turned how; return the options of its repair."""
        self.attempt, self.quarters = attempt, quarters
        return options.model_copy(update={"quarters": (options.quarters + quarters) % 4})

    def record_purchase(self, job: Job) -> Job:
        """Record what this run has paid; nothing, if the ledger had the purchase already."""
        self.bill_usd += job.price_usd or Decimal(0)
        spent_usd = self.conversion.spent_usd
        if not job.reused:
            spent_usd += job.price_usd or Decimal(0)
        self._update(provider=job.provider, reused=job.reused, spent_usd=spent_usd)
        return job

    def record_delivery(self, job: Job, delivery: Delivery) -> Blob:
        """Record the price that was charged and the shortfalls of a model; return the model."""
        more_usd = delivery.price_usd - (job.price_usd or Decimal(0))
        self.bill_usd += more_usd
        if not job.reused:
            self._update(spent_usd=self.conversion.spent_usd + more_usd)
        self.shortfalls = delivery.findings
        return delivery.raw

    def record_asset(self, asset: Asset, sheet: Blob) -> None:
        """Record the findings of the asset, and its contact sheet."""
        self._update(findings=asset.findings, sheet=sheet)

    def record_held(self, asset: Asset, blocking: Sequence[Finding]) -> None:
        """Record why the product is held for review."""
        self.held_asset = asset
        doubts = "; ".join(finding.message for finding in blocking)
        self._update(status="held", error=f"held for review: {doubts}", inputs=self.inputs)

    def review_item(self, product: Product, account: str, to: str) -> ReviewItem:
        """Return the held product as a person is asked about it."""
        return ReviewItem(
            product=product,
            reasons=((self.conversion.error or "").removeprefix("held for review: "),),
            asset=self.held_asset,
            sheet=self.conversion.sheet,
            inputs=self.inputs,
            account=account,
            to=to,
            attempt=self.attempt,
            quarters=self.quarters,
            held_at=datetime.now(UTC),
        )

    def record_release(self, release: Release) -> None:
        """Record the release."""
        status = "unchanged" if release.unchanged else "published"
        self._update(status=status, release=release, error=None)

    @contextmanager
    def record_shop_failure(self) -> Iterator[None]:
        """Record that the shop does not show the release, which is published; its report is still made."""
        try:
            yield
        except ShopError as error:
            self._update(status="failed", error=f"published, and not in the shop: {error}")

    def record_listing(self, listing: ShopListing) -> None:
        """Record what the shop shows."""
        self._update(listing=listing)

    def _update(self, **fields: Any) -> None:
        self.conversion = self.conversion.model_copy(update=fields)


def is_from_prefect(error: Exception) -> bool:
    """Return whether an error says that Prefect's server did not answer a request, or failed at it (5xx)."""
    url = PREFECT_API_URL.value()
    if not isinstance(error, httpx.TransportError | httpx.HTTPStatusError) or not url:
        return False
    if isinstance(error, httpx.HTTPStatusError) and error.response.status_code < 500:
        return False
    try:
        return str(error.request.url).startswith(url)
    except RuntimeError:  # it was raised before there was a request
        return False


async def run_flow(flow: Any, *args: Any) -> Any:
    """Run a flow in this process and return its result, also if the run has failed.

    Raises what the flow raised instead of returning a result, such as `FeedError` for an unreadable feed.
    """
    state = await flow(*args, return_state=True)
    result = await state.aresult(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise result
    return result
