"""Emit Prefect events about purchases; automations can react to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prefect.events import emit_event

from vitrine.errors import BudgetReached, OutcomeUnknown, PurchaseHeld
from vitrine.ledger.purchase import Purchase
from vitrine.models import Delivery, Job


def claimed(purchase: Purchase) -> None:
    """Emit `vitrine.purchase.claimed`: this process may send the order, and does so next."""
    said = {"provider": purchase.provider, "price_usd": str(purchase.price_usd)}
    _emit("claimed", purchase.key, product=purchase.product, **said)


def submitted(job: Job, product: str) -> None:
    """Emit `vitrine.purchase.submitted`: one generation is bought."""
    said = {"provider": job.provider, "request_id": job.request_id, "price_usd": str(job.price_usd)}
    _emit("submitted", job.key, product=product, **said)


def completed(job: Job, delivery: Delivery) -> None:
    """Emit `vitrine.purchase.completed`: the model is in the work store."""
    said = {"provider": job.provider, "request_id": job.request_id, "price_usd": str(delivery.price_usd)}
    codes = [finding.code for finding in delivery.findings]
    _emit("completed", job.key, **said, size_bytes=delivery.raw.size_bytes, findings=codes)


@contextmanager
def report_errors(product: str, account: str) -> Iterator[None]:
    """Emit `vitrine.purchase.unknown` or `vitrine.purchase.budget-reached` if the body raises that error."""
    try:
        yield
    except (OutcomeUnknown, PurchaseHeld) as error:
        _emit("unknown", product, product=product, account=account, message=str(error))
        raise
    except BudgetReached as error:
        _emit("budget-reached", product, product=product, account=account, message=str(error))
        raise


def _emit(what: str, of: str, **payload: Any) -> None:
    resource = {"prefect.resource.id": f"vitrine.purchase.{of}"}
    emit_event(f"vitrine.purchase.{what}", resource=resource, payload=payload)
