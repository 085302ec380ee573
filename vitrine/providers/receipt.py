"""Reading the receipt in a provider's response to an order."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from vitrine.models import Job
from vitrine.order import Order
from vitrine.providers.http.client import ProviderClient
from vitrine.providers.http.post_errors import for_missing_id
from vitrine.providers.http.response import Response


def read_receipt(
    client: ProviderClient,
    order: Order,
    response: Response,
    price_usd: Decimal,
    *,
    id_field: str,
    poll_field: str,
) -> Job:
    """Return the job that `response` names. Raises `OutcomeUnknown` if it names none."""
    data = response.json() or {}
    request_id = data.get(id_field) or data.get("id")
    if not isinstance(request_id, str | int) or isinstance(request_id, bool):
        raise for_missing_id(client.account, response)
    return Job(
        key=order.key,
        provider=order.provider,
        request_id=str(request_id),
        poll_url=client.same_origin_url(data.get(poll_field)),
        price_usd=price_usd,
        submitted_at=datetime.now(UTC),
    )
