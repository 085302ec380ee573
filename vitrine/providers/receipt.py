"""Reading the receipt in a provider's response to an order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from vitrine.models import Job
from vitrine.models.order import Order
from vitrine.providers.http.client import ProviderClient
from vitrine.providers.http.post_errors import for_missing_id
from vitrine.providers.http.response import Response

ID_FIELDS = ("job_id", "request_id", "task_id", "id")
POLL_FIELDS = ("poll_url", "polling_url", "status_url")
WRAPPERS = ("data", "job", "task", "result")
"""Objects in which services beside EmpirioLabs and Pixazo put their receipts."""


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
    request_id = _find(data, (id_field, *ID_FIELDS))
    if request_id is None:
        raise for_missing_id(client.account, response)
    return Job(
        key=order.key,
        provider=order.provider,
        request_id=request_id,
        poll_url=client.same_origin_url(_find(data, (poll_field, *POLL_FIELDS))),
        price_usd=price_usd,
        submitted_at=datetime.now(UTC),
        attempt=order.attempt,
    )


def _find(data: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """Return the first of the fields that has a text or a number, at the top or inside of a wrapper."""
    parts = [data, *(data[name] for name in WRAPPERS if isinstance(data.get(name), Mapping))]
    for part in parts:
        for name in names:
            value = part.get(name)
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
                return str(value).strip()
    return None
