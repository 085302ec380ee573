"""From the answer to an order to its receipt."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from vitrine.models import Job, Order
from vitrine.providers.http.client import ProviderClient
from vitrine.providers.http.response import Response


def receipt(
    client: ProviderClient,
    order: Order,
    answer: Response,
    price_usd: Decimal,
    *,
    id_field: str,
    poll_field: str,
) -> Job:
    """The job that a provider's answer names. Raises `OutcomeUnknown` for an answer without an id."""
    data = answer.json() or {}
    request_id = data.get(id_field) or data.get("id")
    if not isinstance(request_id, str | int) or isinstance(request_id, bool):
        raise client.receipt_error(answer)
    return Job(
        key=order.key,
        provider=order.provider,
        request_id=str(request_id),
        poll_url=client.same_origin_url(data.get(poll_field)),
        price_usd=price_usd,
        submitted_at=datetime.now(UTC),
    )
