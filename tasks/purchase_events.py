"""What becomes of a purchase, as Prefect events: automations can alert on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prefect.events import emit_event

from vitrine.errors import BudgetReached, OutcomeUnknown, PurchaseHeld
from vitrine.ledger.purchase import Purchase
from vitrine.models import Delivery, Job


def claimed(purchase: Purchase) -> None:
    """`vitrine.purchase.claimed`: the right to order is taken; the order leaves next."""
    said = {"provider": purchase.provider, "price_usd": str(purchase.price_usd)}
    _emit("claimed", purchase.key, product=purchase.product, **said)


def submitted(job: Job, product: str) -> None:
    """`vitrine.purchase.submitted`: one generation was bought now."""
    said = {"provider": job.provider, "request_id": job.request_id, "price_usd": str(job.price_usd)}
    _emit("submitted", job.key, product=product, **said)


def completed(job: Job, delivery: Delivery) -> None:
    """`vitrine.purchase.completed`: its model is in the work store; with what is to be said of it."""
    said = {"provider": job.provider, "request_id": job.request_id, "price_usd": str(delivery.price_usd)}
    codes = [finding.code for finding in delivery.findings]
    _emit("completed", job.key, **said, size_bytes=delivery.raw.size_bytes, findings=codes)


@contextmanager
def trouble(product: str, account: str) -> Iterator[None]:
    """`vitrine.purchase.unknown` or `vitrine.purchase.budget-reached`, when that is raised inside."""
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
