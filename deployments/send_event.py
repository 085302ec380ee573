"""Send an event about a product to the Prefect server, and know that it has it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

import httpx
from prefect import get_client

from vitrine.hooks.shop_event import ShopEvent
from vitrine.models import slug_of


async def send_event(event: ShopEvent, number: int) -> None:
    """Send `vitrine.product.updated` or `vitrine.product.removed`. Raises `OSError` if that failed.

    The event's id follows from its content and number: sent again after a crash, it is the same event.
    """
    body = {
        "id": str(uuid5(NAMESPACE_URL, f"vitrine:{number}:{event.model_dump_json()}")),
        "occurred": datetime.now(UTC).isoformat(),
        "event": f"vitrine.product.{event.kind}",
        "resource": {
            "prefect.resource.id": f"vitrine.product.{slug_of(event.product_id)}",
            "prefect.resource.name": event.product_id,
        },
        "payload": event.payload,
    }
    try:
        async with get_client() as client:
            response = await client._client.post("/events", json=[body])
            response.raise_for_status()
    except (httpx.HTTPError, RuntimeError) as error:
        raise OSError(f"Prefect has not taken the event: {error}") from error
